package supervise

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Machine is the node as its /proc, /run and /var tell about it.
type Machine struct {
	Root string // the directory they lie in; empty for the machine that this runs on
}

// path is where a file of the machine lies.
func (m Machine) path(name string) string {
	if m.Root == "" {
		return "/" + name
	}
	return filepath.Join(m.Root, name)
}

// mostRead bounds what is read of one file of /proc: a million connections.
const mostRead = 160 << 20

func (m Machine) read(name string) ([]byte, error) { return readBounded(m.path(name), mostRead) }

// exists reports whether there is such a file, as far as one can see.
func (m Machine) exists(name string) bool {
	_, err := os.Lstat(m.path(name))
	return err == nil
}

func readBounded(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		return nil, fmt.Errorf("it is larger than %d MiB", most>>20)
	}
	return data, err
}

// Error is why something was not done, as a sentence for people without its end.
type Error struct {
	Text string
	why  error
}

func (e *Error) Error() string { return e.Text }

// Unwrap returns what is behind it; nil where the sentence says all.
func (e *Error) Unwrap() error { return e.why }

func say(format string, args ...any) error { return &Error{Text: fmt.Sprintf(format, args...)} }

// sayf is say with what the operating system answered.
func sayf(why error, format string, args ...any) error {
	if e := (*Error)(nil); errors.As(why, &e) {
		return why // it is a sentence already
	}
	return &Error{Text: fmt.Sprintf(format, args...) + ": " + plainly(why), why: why}
}

// plainly leaves the names of calls and paths out of an error.
func plainly(err error) string {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		return p.Err.Error()
	case errors.As(err, &l):
		return l.Err.Error()
	}
	return err.Error()
}

// Name is the machine's, without its domain.
func (m Machine) Name() string {
	text, _ := m.read("proc/sys/kernel/hostname")
	name, _, _ := strings.Cut(strings.TrimSpace(string(text)), ".")
	return name
}
