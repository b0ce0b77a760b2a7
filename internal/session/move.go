package session

import (
	"bytes"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// move tells where the places of an older text of a file are now. Both texts begin
// and end alike; what lies between has changed.
type move struct {
	now        *source.File
	head, tail int32 // in the old text: whole lines before head and from tail on are as they were
	by         int32
}

// newMove compares two texts, by whole lines.
func newMove(old, now *source.File) *move {
	a, b := old.Bytes(), now.Bytes()
	head := commonPrefix(a, b)
	if head < len(a) || head < len(b) {
		head = bytes.LastIndexByte(a[:head], '\n') + 1
	}
	tail := commonSuffix(a[head:], b[head:])
	if !beginsLine(a, len(a)-tail) || !beginsLine(b, len(b)-tail) {
		_, rest, more := bytes.Cut(a[len(a)-tail:], []byte("\n"))
		if tail = len(rest); !more {
			tail = -1 // not even the end is the beginning of a line in both
		}
	}
	return &move{now, int32(head), int32(len(a) - tail), int32(len(b) - len(a))}
}

func beginsLine(text []byte, at int) bool { return at == 0 || text[at-1] == '\n' }

func commonPrefix(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func commonSuffix(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}

// span is where a place is now; false when its lines have changed.
func (m *move) span(s source.Span) (source.Span, bool) {
	switch {
	case s.WholeFile():
		return m.now.Span(0, 0), true
	case s.End <= m.head:
		return source.Span{File: m.now, Start: s.Start, End: s.End}, true
	case s.Start >= m.tail:
		return source.Span{File: m.now, Start: s.Start + m.by, End: s.End + m.by}, true
	}
	return s, false
}

// carry moves a finding of an older snapshot to where its lines are in this one.
// Fixes that edit changed lines are left out.
func (s *Snapshot) carry(d diag.Diagnostic, moves map[*source.File]*move) (diag.Diagnostic, bool) {
	var ok bool
	if d.Span, ok = s.moved(d.Span, moves); !ok {
		return d, false
	}
	related := d.Related
	d.Related = nil
	for _, r := range related {
		if r.Span, ok = s.moved(r.Span, moves); ok {
			d.Related = append(d.Related, r)
		}
	}
	fixes := d.Fixes
	d.Fixes = nil
	for _, f := range fixes {
		if f.Edits, ok = s.movedEdits(f.Edits, moves); ok {
			d.Fixes = append(d.Fixes, f)
		}
	}
	return d, true
}

func (s *Snapshot) movedEdits(edits []source.Edit, moves map[*source.File]*move) ([]source.Edit, bool) {
	out := make([]source.Edit, 0, len(edits))
	for _, e := range edits {
		at, ok := s.moved(e.Span, moves)
		if !ok {
			return nil, false
		}
		out = append(out, source.Edit{Span: at, Text: e.Text})
	}
	return out, true
}

// moved is where a place of an older snapshot is in this one.
func (s *Snapshot) moved(at source.Span, moves map[*source.File]*move) (source.Span, bool) {
	if at.File == nil {
		return at, true
	}
	now := s.File(at.File.Name())
	if now == nil || now == at.File {
		return at, true
	}
	m := moves[at.File]
	if m == nil {
		m = newMove(at.File, now)
		moves[at.File] = m
	}
	return m.span(at)
}
