package cli

import (
	"os"
	"path/filepath"

	"github.com/pvefw/pvefw/internal/diag"
)

// writeAll puts the texts into dir, which is created if need be. Nothing is
// replaced before everything is written, and each file is replaced as a whole.
func writeAll(dir string, texts []artifact) (err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return failf("cannot create %s: %s", diag.Visible(dir), reason(err))
	}
	var written []string
	defer func() {
		for _, name := range written {
			os.Remove(name)
		}
	}()
	for _, t := range texts {
		name, err := writeTemporary(dir, t)
		if name != "" {
			written = append(written, name)
		}
		if err != nil {
			return failf("cannot write into %s: %s", diag.Visible(dir), reason(err))
		}
	}
	for _, t := range texts {
		to := filepath.Join(dir, t.name)
		if info, err := os.Lstat(to); err == nil && info.IsDir() {
			return failf("cannot replace %s: it is a directory", diag.Visible(to))
		}
	}
	for i, t := range texts {
		to := filepath.Join(dir, t.name)
		if err := os.Rename(written[i], to); err != nil {
			return failf("cannot replace %s: %s", diag.Visible(to), renameReason(to, err))
		}
	}
	return nil
}

// writeTemporary writes one text beside its place; the name it returns is to be
// removed in any case.
func writeTemporary(dir string, t artifact) (string, error) {
	f, err := os.CreateTemp(dir, "."+t.name+".*")
	if err != nil {
		return "", err
	}
	err = t.write(f)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return f.Name(), err
}

func renameReason(to string, err error) string {
	if info, e := os.Stat(to); e == nil && info.IsDir() {
		return "it is a directory"
	}
	if link, ok := err.(*os.LinkError); ok {
		err = link.Err
	}
	return reason(err)
}
