package source

import "fmt"

// Pos is a place for people: line and column from 1. Columns count Unicode code
// points; a byte that is not UTF-8 counts as one.
type Pos struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// Span is a half-open byte range of a file. The zero Span is "nowhere".
type Span struct {
	File       *File
	Start, End int32
}

// IsZero reports whether the span points nowhere at all.
func (s Span) IsZero() bool { return s.File == nil }

// WholeFile reports whether the span names a file but no place in it.
func (s Span) WholeFile() bool { return s.File != nil && s.Start == 0 && s.End == 0 }

// Text returns the bytes under the span as a string, which is a part of one text
// of the whole file: to keep it keeps that.
func (s Span) Text() string {
	if s.File == nil {
		return ""
	}
	return s.File.text[s.Start:s.End]
}

// From returns the position of the first byte.
func (s Span) From() Pos { return s.pos(s.Start) }

// Line is the line of the first byte, for who wants no column; 0 for nowhere.
func (s Span) Line() int {
	if s.File == nil {
		return 0
	}
	return s.File.lineAt(int(s.Start))
}

// To returns the exclusive end position.
func (s Span) To() Pos { return s.pos(s.End) }

func (s Span) pos(offset int32) Pos {
	if s.File == nil {
		return Pos{}
	}
	return s.File.Pos(int(offset))
}

// String is FILE:LINE:COLUMN, or FILE for a span that names no place in it.
func (s Span) String() string {
	switch {
	case s.File == nil:
		return "-"
	case s.WholeFile():
		return s.File.name
	}
	p := s.From()
	return fmt.Sprintf("%s:%d:%d", s.File.name, p.Line, p.Column)
}

// Less orders spans by file name, then start, then end.
func (s Span) Less(t Span) bool {
	if a, b := s.fileName(), t.fileName(); a != b {
		return a < b
	}
	if s.Start != t.Start {
		return s.Start < t.Start
	}
	return s.End < t.End
}

func (s Span) fileName() string {
	if s.File == nil {
		return ""
	}
	return s.File.name
}
