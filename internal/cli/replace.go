package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
)

// replaceFile exchanges the content of a file as a whole, by rename, and keeps
// its mode and owner. A file that no longer holds old is left alone, and so is
// one that a symbolic link puts outside of root, unless root is empty.
func replaceFile(path, root string, old, text []byte) error {
	real, info, err := replaceable(path, root, old)
	if err != nil {
		return err
	}
	if err := writeBeside(real, resembling(info), text); err != nil {
		return failf("cannot write %s: %s", diag.Visible(path), renameReason(real, err))
	}
	return nil
}

// replaceable finds the file behind path, or why replaceFile would refuse it.
func replaceable(path, root string, old []byte) (real string, info os.FileInfo, err error) {
	name := diag.Visible(path)
	real, err = filepath.EvalSymlinks(path)
	if err != nil {
		return "", nil, failf("cannot write %s: %s", name, reason(err))
	}
	if root != "" && !inside(real, root) {
		return "", nil, failf("cannot write %s: a symbolic link leads out of %s", name, diag.Visible(root))
	}
	info, err = os.Stat(real)
	if err != nil {
		return "", nil, failf("cannot write %s: %s", name, reason(err))
	}
	now, err := os.ReadFile(real)
	if err != nil {
		return "", nil, failf("cannot write %s: %s", name, reason(err))
	}
	if !bytes.Equal(now, old) {
		return "", nil, failf("%s was changed by somebody else in the meantime; it is left as it is", name)
	}
	return real, info, nil
}

// inside reports whether a path without links lies in a directory.
func inside(real, root string) bool {
	top, err := filepath.EvalSymlinks(root)
	if err != nil {
		return false
	}
	a, err1 := filepath.Abs(real)
	b, err2 := filepath.Abs(top)
	if err1 != nil || err2 != nil {
		return false
	}
	rel, err := filepath.Rel(b, a)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// writeBeside writes a temporary file next to path, has it dressed with owner and
// mode, and renames it.
func writeBeside(path string, dress func(*os.File) error, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	if err == nil {
		err = dress(f)
	}
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return err
}

// resembling dresses a file like another one.
func resembling(like os.FileInfo) func(*os.File) error {
	return func(f *os.File) error { return resemble(f, like) }
}

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
