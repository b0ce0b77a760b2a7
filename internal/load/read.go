package load

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"path/filepath"

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
	f, err := open(file)
	if err != nil {
		return nil, unopened(name, file, err)
	}
	defer f.close()
	kind, size, err := f.look()
	if err != nil {
		return nil, failure(name, err)
	}
	if !kind.IsRegular() {
		return nil, broken("cannot read %s: it is %s, not a regular file", diag.Visible(name), kindOf(kind))
	}
	return r.drain(name, f, size)
}

// unopened explains a failed open; a link that leads nowhere is there all the same.
func unopened(name, file string, err error) error {
	if errors.Is(err, fs.ErrNotExist) && !isAbsent(file, err) {
		return broken("cannot read %s: it is a symbolic link that leads nowhere", diag.Visible(name))
	}
	return failure(name, err)
}

// drain reads to the end, within the bounds. A file that is as long as it says is read
// at once, without asking whether there is more: on a node each question goes to the
// daemon that keeps /etc/pve. Files that say nothing, as in /proc, have a size of 0.
func (r *reader) drain(name string, f io.Reader, size int64) ([]byte, error) {
	data := make([]byte, min(size, MaxFileSize)+1)
	n, err := f.Read(data)
	data = data[:max(n, 0)]
	if err == nil && (size == 0 || int64(n) != size) {
		var rest []byte
		rest, err = io.ReadAll(io.LimitReader(f, MaxFileSize+1-int64(n)))
		data = append(data, rest...)
	}
	if err != nil && err != io.EOF {
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
	text, most := "", 0
	switch {
	case lines > MaxLines:
		text, most = "it has more than %d lines", MaxLines
	case r.lines > MaxAllLines:
		text, most = "more than %d lines in all are too many", MaxAllLines
	case r.files > MaxFiles:
		text, most = "more than %d files are too many", MaxFiles
	case r.bytes > MaxTotalSize:
		text, most = "more than %d MiB in all are too much", MaxTotalSize>>20
	default:
		return nil
	}
	return broken("cannot read %s: "+text, diag.Visible(name), most)
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
