package lsp

import (
	"sort"
	"unicode/utf8"

	"github.com/pvefw/pvefw/internal/source"
	"go.lsp.dev/protocol"
)

// lines converts between byte offsets of a text and the protocol's positions. Its
// lines end at LF, CR LF and a CR alone, unlike Proxmox's, which end at LF. Columns
// count UTF-16 code units, or bytes where the client has agreed to that. A byte that
// is no UTF-8 is one replacement character for an editor, so it counts as one.
type lines struct {
	text   []byte
	starts []int32
	utf8   bool
}

func newLines(text []byte, utf8 bool) *lines {
	l := &lines{text: text, utf8: utf8, starts: []int32{0}}
	for i, b := range text {
		if b == '\n' || b == '\r' && (i+1 == len(text) || text[i+1] != '\n') {
			l.starts = append(l.starts, int32(i+1))
		}
	}
	return l
}

// offset is the byte at a position; one behind the end of its line is the end.
func (l *lines) offset(p protocol.Position) int {
	if int64(p.Line) >= int64(len(l.starts)) {
		return len(l.text)
	}
	at, end := l.bounds(int(p.Line))
	for left := int64(p.Character); at < end && left > 0; {
		r, n := utf8.DecodeRune(l.text[at:end])
		if left -= l.units(r, n); left < 0 {
			break // within a character
		}
		at += n
	}
	return at
}

// bounds are a line's bytes without what ends it.
func (l *lines) bounds(line int) (start, end int) {
	start, end = int(l.starts[line]), len(l.text)
	if line+1 < len(l.starts) {
		end = int(l.starts[line+1])
		if end--; l.text[end] == '\n' && end > start && l.text[end-1] == '\r' {
			end--
		}
	}
	return start, end
}

// units is how far a character moves the column. The client has a replacement
// character where we have a byte that is no UTF-8.
func (l *lines) units(r rune, bytes int) int64 {
	broken := r == utf8.RuneError && bytes == 1
	switch {
	case l.utf8 && broken:
		return int64(utf8.RuneLen(utf8.RuneError))
	case l.utf8:
		return int64(bytes)
	case r > 0xffff:
		return 2
	}
	return 1
}

// position is the place of a byte; one inside of a line's end is the end of the line.
func (l *lines) position(offset int) protocol.Position {
	offset = min(max(offset, 0), len(l.text))
	line := sort.Search(len(l.starts), func(i int) bool { return int(l.starts[i]) > offset }) - 1
	start, end := l.bounds(line)
	column := int64(0)
	for at := start; at < min(offset, end); {
		r, n := utf8.DecodeRune(l.text[at:end])
		column += l.units(r, n)
		at += n
	}
	return protocol.Position{Line: uint32(line), Character: uint32(column)}
}

// span is a range of the protocol as bytes; one that ends before it begins is empty.
func (l *lines) span(r protocol.Range) (start, end int) {
	start = l.offset(r.Start)
	return start, max(start, l.offset(r.End))
}

func (l *lines) rangeOf(start, end int32) protocol.Range {
	return protocol.Range{Start: l.position(int(start)), End: l.position(int(end))}
}

// places converts spans of several files, each of which is looked through once.
type places struct {
	utf8  bool
	files map[*source.File]*lines
}

func newPlaces(utf8 bool) *places { return &places{utf8, map[*source.File]*lines{}} }

func (p *places) of(f *source.File) *lines {
	l := p.files[f]
	if l == nil {
		l = newLines(f.Bytes(), p.utf8)
		p.files[f] = l
	}
	return l
}

func (p *places) rangeOf(s source.Span) protocol.Range {
	if s.IsZero() {
		return protocol.Range{}
	}
	return p.of(s.File).rangeOf(s.Start, s.End)
}
