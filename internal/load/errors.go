package load

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/pvefw/pvefw/internal/diag"
)

// Error is a CONFIG that cannot be loaded. Its text is one sentence for people.
type Error struct {
	// Usage: the caller asked for something that cannot be (an unknown node, a
	// bad settings file); otherwise reading failed.
	Usage bool
	// Absent: git was asked, and the CONFIG is not there.
	Absent bool
	Text   string
	// Found is what is wrong with the settings file, place by place; Text then only
	// sums it up.
	Found diag.List
}

func (e *Error) Error() string { return e.Text }

func usage(format string, args ...any) error {
	return &Error{Usage: true, Text: fmt.Sprintf(format, args...)}
}

func broken(format string, args ...any) error {
	return &Error{Text: fmt.Sprintf(format, args...)}
}

// failure says in words what the operating system refused.
func failure(path string, err error) error {
	name := diag.Visible(path)
	var text string
	switch {
	case errors.Is(err, fs.ErrNotExist):
		text = "there is no such file or directory"
	case errors.Is(err, fs.ErrPermission):
		text = "permission denied"
	case errors.Is(err, syscall.ELOOP):
		text = "its symbolic links lead in a circle"
	case errors.Is(err, syscall.ENOTDIR):
		text = "a part of the path is not a directory"
	case errors.Is(err, syscall.ENAMETOOLONG):
		text = "the name is too long"
	case errors.Is(err, syscall.EINVAL) && strings.ContainsRune(path, 0):
		text = "the name holds a NUL byte"
	default:
		var inner *fs.PathError
		if errors.As(err, &inner) {
			err = inner.Err
		}
		text = err.Error()
	}
	return broken("cannot read %s: %s", name, text)
}
