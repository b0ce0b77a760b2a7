package load

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"syscall"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// The bounds of a CONFIG. A cluster of 50,000 guests stays far below them. Lines
// are bounded besides bytes because every line can be a finding.
const (
	MaxFileSize  = 64 << 20  // bytes of one file
	MaxTotalSize = 1 << 30   // bytes of all files together
	MaxFiles     = 300_000   // files read
	MaxLines     = 1 << 19   // lines of one file
	MaxAllLines  = 1 << 23   // lines of all files together
	MaxEntries   = 1_000_000 // names in one directory
)

// reader opens files within the bounds.
type reader struct {
	files, lines int
	bytes        int64
}

// read returns the content of a regular file. It never blocks: pipes and devices
// are opened without waiting for a peer and then refused.
func (r *reader) read(name, file string) ([]byte, error) {
	f, err := os.OpenFile(file, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, unopened(name, file, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, failure(name, err)
	}
	if !info.Mode().IsRegular() {
		return nil, broken("cannot read %s: it is %s, not a regular file", diag.Visible(name), kindOf(info.Mode()))
	}
	return r.drain(name, f, info.Size())
}

// unopened explains a failed open; a link that leads nowhere is there all the same.
func unopened(name, file string, err error) error {
	if errors.Is(err, fs.ErrNotExist) && !isAbsent(file, err) {
		return broken("cannot read %s: it is a symbolic link that leads nowhere", diag.Visible(name))
	}
	return failure(name, err)
}

// drain reads to the end, within the bounds. A file that is as long as it says is read
// at once.
func (r *reader) drain(name string, f io.Reader, size int64) ([]byte, error) {
	f = io.LimitReader(f, MaxFileSize+1)
	data := make([]byte, min(size, MaxFileSize)+1)
	n, err := io.ReadFull(f, data)
	data = data[:n]
	switch err {
	case nil:
		var rest []byte
		rest, err = io.ReadAll(f)
		data = append(data, rest...)
	case io.EOF, io.ErrUnexpectedEOF:
		err = nil
	}
	if err != nil {
		return nil, failure(name, err)
	}
	if len(data) > MaxFileSize {
		return nil, broken("cannot read %s: it is larger than %d MiB", diag.Visible(name), MaxFileSize>>20)
	}
	return data, r.count(name, data)
}

// count adds a file to what has been read and refuses one too many.
func (r *reader) count(name string, data []byte) error {
	lines := bytes.Count(data, []byte("\n"))
	r.files++
	r.lines += lines
	r.bytes += int64(len(data))
	for _, bound := range []struct {
		over bool
		text string
	}{
		{lines > MaxLines, fmt.Sprintf("it has more than %d lines", MaxLines)},
		{r.lines > MaxAllLines, fmt.Sprintf("more than %d lines in all are too many", MaxAllLines)},
		{r.files > MaxFiles, fmt.Sprintf("more than %d files are too many", MaxFiles)},
		{r.bytes > MaxTotalSize, fmt.Sprintf("more than %d MiB in all are too much", MaxTotalSize>>20)},
	} {
		if bound.over {
			return broken("cannot read %s: %s", diag.Visible(name), bound.text)
		}
	}
	return nil
}

func kindOf(m fs.FileMode) string {
	switch {
	case m.IsDir():
		return "a directory"
	case m&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeDevice != 0:
		return "a device"
	}
	return "a special file"
}

// source reads a file of the CONFIG by its inner path.
func (l *loader) source(inner string) (*source.File, error) {
	name := l.prefix + inner
	data, err := l.tree.read(&l.reader, inner, name)
	if err != nil {
		return nil, err
	}
	if path.Ext(inner) == ".fw" {
		l.out.Files++
	}
	return source.NewFile(name, data), nil
}

// optional is source for a file that may be missing: nil without an error.
func (l *loader) optional(inner string) (*source.File, error) {
	if !l.tree.has(inner) {
		return nil, nil
	}
	return l.source(inner)
}

// display names a place of the CONFIG for people.
func (l *loader) display(inner string) string {
	switch {
	case inner != "":
		return l.prefix + inner
	case l.out.Name != "":
		return l.out.Name
	}
	return "the current directory"
}

// names lists a directory of the CONFIG in byte order; a missing one is empty.
func (l *loader) names(inner string) ([]string, error) {
	return l.tree.names(inner, l.display(inner))
}

// ReadFile reads a file that is no part of a CONFIG, or stdin for "-", within
// the same bounds. The error is always an *Error.
func ReadFile(file string, stdin io.Reader) ([]byte, error) {
	var r reader
	if file == "-" {
		return r.drain("standard input", stdin, 0)
	}
	return r.read(filepath.ToSlash(file), file)
}
