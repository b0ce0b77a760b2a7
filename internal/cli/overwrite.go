package cli

import (
	"os"
	"path/filepath"

	"github.com/pvefw/pvefw/internal/diag"
)

// overwrite makes or replaces a file of our own as a whole, by rename. One that is
// there keeps its mode and owner; what is no regular file is left alone.
func overwrite(path string, text []byte) error {
	name := diag.Visible(path)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	info, err := os.Stat(path)
	switch {
	case os.IsNotExist(err):
		err = createBeside(path, text)
	case err != nil:
	case !info.Mode().IsRegular():
		return failf("cannot write %s: it is no regular file", name)
	default:
		err = writeBeside(path, info, text)
	}
	if err != nil {
		return failf("cannot write %s: %s", name, renameReason(path, err))
	}
	return nil
}

func createBeside(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return err
}
