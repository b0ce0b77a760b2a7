package load

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"syscall"

	"github.com/pvefw/pvefw/internal/diag"
)

// place is where the files of a CONFIG are: on disk, in a commit, in git's index.
// Places are inner paths of the CONFIG, "" the CONFIG itself; shown is what the
// place is called in an error. Symbolic links are followed.
type place interface {
	// isDir is false for a name that nothing bears. A directory that nobody can
	// look at, or a link to one that is gone, is an error: a part left out would go
	// unnoticed. So is a CONFIG that does not exist.
	isDir(inner, shown string) (bool, error)
	// has reports whether anything bears the name, be it a link that leads nowhere.
	has(inner string) bool
	// names lists a directory in byte order; one that is missing is empty.
	names(inner, shown string) ([]string, error)
	// read returns the content of a regular file, counted by r.
	read(r *reader, inner, shown string) ([]byte, error)
}

// disk is a directory or file of the operating system.
type disk struct{ path string }

func (d disk) at(inner string) string { return filepath.Join(d.path, filepath.FromSlash(inner)) }

func (d disk) isDir(inner, shown string) (bool, error) {
	file := d.at(inner)
	if inner == "" {
		file = d.path // a trailing slash says that it must be a directory
	}
	info, err := os.Stat(file)
	switch {
	case err == nil:
		return info.IsDir(), nil
	case inner == "":
		return false, failure(shown, err)
	case isAbsent(file, err):
		return false, nil
	}
	return false, unopened(shown, file, err)
}

func (d disk) has(inner string) bool {
	_, err := os.Lstat(d.at(inner))
	return !errors.Is(err, fs.ErrNotExist)
}

func (d disk) names(inner, shown string) ([]string, error) {
	dir := d.at(inner)
	f, err := os.OpenFile(dir, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil && inner != "" && isAbsent(dir, err) {
		return nil, nil
	}
	if err != nil {
		return nil, unopened(shown, dir, err)
	}
	defer f.Close()
	list, err := f.Readdirnames(MaxEntries + 1)
	if errors.Is(err, syscall.ENOTDIR) {
		return nil, broken("cannot read %s: it is not a directory", diag.Visible(shown))
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, failure(shown, err)
	}
	if len(list) > MaxEntries {
		return nil, broken("cannot read %s: more than %d names are too many", diag.Visible(shown), MaxEntries)
	}
	sort.Strings(list)
	return list, nil
}

func (d disk) read(r *reader, inner, shown string) ([]byte, error) {
	if inner == "" {
		return r.read(shown, d.path)
	}
	return r.read(shown, d.at(inner))
}

// isAbsent reports whether a failed call means that nothing bears the name, not
// even a link that leads nowhere.
func isAbsent(file string, err error) bool {
	if !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	_, there := os.Lstat(file)
	return there != nil
}
