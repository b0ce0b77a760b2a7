package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/lint/rego"
)

// mostBundle bounds the size of a bundle as it is stored.
const mostBundle = 16 << 20

// read reads a directory of policies or a bundle. Failures of the system are
// exits, faults of what was read are not.
func (f *policyFlags) read(name string) (*rego.Source, error) {
	key, err := f.readKey()
	if err != nil {
		return nil, err
	}
	shown := filepath.ToSlash(name)
	info, err := os.Stat(name)
	if err != nil {
		return nil, failf("cannot read the policies in %s: %s", diag.Visible(shown), reason(err))
	}
	if !info.IsDir() {
		data, err := readFileBounded(name, info, mostBundle)
		if err != nil {
			return nil, err
		}
		return rego.ReadBundle(shown, data, key)
	}
	var source *rego.Source
	if key != nil {
		source, err = rego.ReadSignedDir(shown, os.DirFS(name), key)
	} else {
		source, err = rego.ReadDir(shown, os.DirFS(name))
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return nil, failf("cannot read the policies in %s: %s", diag.Visible(shown), reason(err))
	}
	if err == nil && len(source.Files) == 0 {
		return nil, &rego.Fault{File: shown, Text: "there is no policy: no file ends in .rego"}
	}
	return source, err
}

func (f *policyFlags) readKey() (*rego.Key, error) {
	if f.key == "" {
		return nil, nil
	}
	info, err := os.Stat(f.key)
	if err != nil {
		return nil, failf("cannot read the key %s: %s", diag.Visible(f.key), reason(err))
	}
	text, err := readFileBounded(f.key, info, 1<<16)
	if err != nil {
		return nil, err
	}
	return &rego.Key{Text: string(text), Algorithm: f.algo}, nil
}

// readFileBounded reads a regular file; anything else might never end.
func readFileBounded(name string, info fs.FileInfo, most int64) ([]byte, error) {
	if !info.Mode().IsRegular() {
		return nil, failf("%s is no regular file", diag.Visible(name))
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, failf("cannot read %s: %s", diag.Visible(name), reason(err))
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, most+1))
	switch {
	case err != nil:
		return nil, failf("cannot read %s: %s", diag.Visible(name), reason(err))
	case int64(len(data)) > most:
		return nil, failf("%s is larger than %d KiB", diag.Visible(name), most>>10)
	}
	return data, nil
}
