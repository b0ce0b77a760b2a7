package load

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
)

// packed is the content of an archive that WriteSnapshot made, or that somebody
// says it made. It is a CONFIG in the layout of the place it was taken from.
type packed struct {
	files map[string][]byte
	dirs  map[string][]string // names in a directory, in byte order
	facts *recordedFacts
}

// gzipMagic begins a snapshot, and no .fw file.
const gzipMagic = "\x1f\x8b"

// openSnapshot takes the CONFIG for a snapshot if it looks like one.
func (l *loader) openSnapshot(text []byte) (bool, error) {
	if !bytes.HasPrefix(text, []byte(gzipMagic)) {
		return false, nil
	}
	s := &packed{files: map[string][]byte{}, dirs: map[string][]string{}}
	if fault := s.unpack(text); fault != "" {
		return false, broken("cannot read %s as a snapshot: %s", l.shown(), fault)
	}
	l.reader = reader{} // the archive itself does not count
	l.tree, l.witness, l.home, l.whole = s, s.facts, s.facts.Node, s.facts.Whole
	return true, nil
}

// unpack reads the archive, within the bounds of any CONFIG, and says what is wrong
// with it. Only regular files with names that a snapshot may hold are kept; nothing
// is ever written to disk.
func (s *packed) unpack(text []byte) string {
	const tooMuch = "it holds too much"
	zip, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		return "it is damaged"
	}
	bounded := &io.LimitedReader{R: zip, N: MaxTotalSize}
	in := tar.NewReader(bounded)
	for entries := 0; ; entries++ {
		head, err := in.Next()
		switch {
		case errors.Is(err, io.EOF) && bounded.N > 0:
			return s.complete()
		case entries > MaxFiles || bounded.N <= 0:
			return tooMuch
		case err != nil:
			return "it is damaged, or no archive of files"
		case head.Typeflag != tar.TypeReg || !isSnapshotName(head.Name):
			continue
		case head.Size > MaxFileSize:
			return tooMuch
		}
		data, err := io.ReadAll(io.LimitReader(in, MaxFileSize))
		if _, twice := s.files[head.Name]; err != nil || twice {
			return "it is damaged"
		}
		s.files[head.Name] = data
	}
}

// isSnapshotName tells paths that lead down and nowhere else.
func isSnapshotName(name string) bool {
	return name != "" && path.Clean("/"+name) == "/"+name && len(name) <= 255 && !strings.ContainsAny(name, "\x00\\")
}

// complete reads the facts and makes the directories.
func (s *packed) complete() string {
	text, ok := s.files[factsFile]
	if !ok {
		return "pvefw snapshot did not make it, " + factsFile + " is not in it"
	}
	delete(s.files, factsFile)
	if s.facts = readFacts(text); s.facts == nil {
		return factsFile + " in it is damaged, or of a version that this pvefw does not know"
	}
	for name := range s.files {
		for name != "." {
			dir := path.Dir(name)
			if _, known := s.files[dir]; known {
				return "it is damaged"
			}
			s.dirs[dir] = append(s.dirs[dir], path.Base(name))
			if len(s.dirs[dir]) > 1 {
				break
			}
			name = dir
		}
	}
	for dir, names := range s.dirs {
		slices.Sort(names)
		s.dirs[dir] = slices.Compact(names)
	}
	return ""
}

func (s *packed) isDir(inner, _ string) (bool, error) {
	return inner == "" || s.dirs[path.Clean(inner)] != nil, nil
}

func (s *packed) has(inner string) bool {
	_, file := s.files[inner]
	return file || s.dirs[inner] != nil
}

func (s *packed) names(inner, shown string) ([]string, error) {
	if _, file := s.files[inner]; file {
		return nil, broken("cannot read %s: it is not a directory", diag.Visible(shown))
	}
	if inner == "" {
		inner = "."
	}
	return s.dirs[inner], nil
}

func (s *packed) read(r *reader, inner, shown string) ([]byte, error) {
	data, ok := s.files[inner]
	if !ok {
		return nil, broken("cannot read %s: there is no such file in the snapshot", diag.Visible(shown))
	}
	return data, r.count(shown, data)
}
