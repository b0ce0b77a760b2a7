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
		err = writeBeside(path, readable, text)
	case err != nil:
	case !info.Mode().IsRegular():
		return failf("cannot write %s: it is no regular file", name)
	default:
		err = writeBeside(path, resembling(info), text)
	}
	if err != nil {
		return failf("cannot write %s: %s", name, renameReason(path, err))
	}
	return nil
}

// readable is what a new file of ours is: for everybody to read.
func readable(f *os.File) error { return f.Chmod(0o644) }
