package assist

import (
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/source"
)

// Outline is a part of a file that a person looks for.
type Outline struct {
	Name   string
	Detail string
	Kind   OutlineKind
	All    source.Span // with everything below it
	Word   source.Span // what a jump selects; within All
	Off    bool        // a rule that is switched off
	Parts  []Outline
}

// OutlineKind is what a part is.
type OutlineKind uint8

// The kinds of parts.
const (
	SectionPart OutlineKind = iota
	OptionPart
	AliasPart
	SetPart
	EntryPart
	GroupPart
	RulePart
)

// Symbols is the outline of the file: sections with their lines.
func (f File) Symbols() []Outline {
	var all []Outline
	for _, s := range sections(f.FW.File) {
		h := s.header
		o := Outline{Name: f.text(h.Keyword), Kind: SectionPart, All: f.span(s.all), Word: f.span(h.Body())}
		switch h.Section {
		case grammar.GroupSection:
			o.Kind, o.Name, o.Word = GroupPart, f.text(h.Name), f.span(h.Name)
		case grammar.IPSetSection:
			o.Kind, o.Name, o.Word = SetPart, f.text(h.Name), f.span(h.Name)
		}
		if h.Comment.Present() {
			o.Detail = f.text(h.Comment)
		}
		for _, line := range s.lines {
			if part, ok := f.outline(line); ok {
				o.Parts = append(o.Parts, part)
			}
		}
		all = append(all, o)
	}
	return all
}

// outline is a line of a section; false for comments and lines that are dropped.
func (f File) outline(line grammar.Line) (o Outline, ok bool) {
	o = Outline{All: f.span(trimmed(f.FW.File, line))}
	switch l := line.(type) {
	case *grammar.Option:
		o.Kind, o.Name, o.Detail, o.Word = OptionPart, f.text(l.Name), f.text(l.Value), f.span(l.Name)
	case *grammar.Alias:
		o.Kind, o.Name, o.Detail, o.Word = AliasPart, f.text(l.Name), f.text(l.Value), f.span(l.Name)
	case *grammar.SetEntry:
		if !l.Target.Present() {
			return o, false
		}
		o.Kind, o.Name, o.Detail, o.Word = EntryPart, f.text(l.Target), l.CommentText(), l.Span()
	case *grammar.Rule:
		o.Kind, o.Word, o.Off = RulePart, f.span(l.Extent()), l.Bar().Present()
		o.Name = strings.TrimPrefix(o.Word.Text(), "|")
		if l.Comment().Present() {
			o.Detail = f.text(l.Comment())
		}
	default:
		return o, false
	}
	return o, o.Name != ""
}

// Defined is a name that some file defines.
type Defined struct {
	Kind Kind
	Name string
	In   string // the file for people
	Span source.Span
}

// mostDefined bounds what a search of all files returns.
const mostDefined = 500

// Search lists definitions of all files whose name has the letters of query in their
// order, whatever their case; an empty query finds all.
func (w *World) Search(query string) []Defined {
	x := w.everyone()
	if x == nil {
		return nil
	}
	var all []Defined
	query = strings.ToLower(query)
	for _, f := range x.files {
		for _, m := range f.names.Mentions {
			if len(all) == mostDefined {
				return all
			}
			name := f.names.Text(m)
			if m.Defines && subsequence(query, strings.ToLower(name)) {
				all = append(all, Defined{m.Kind, name, FileKind(f.fw), f.names.span(m)})
			}
		}
	}
	return all
}

// subsequence reports whether the bytes of a stand in b in this order.
func subsequence(a, b string) bool {
	for i := 0; i < len(b) && a != ""; i++ {
		if b[i] == a[0] {
			a = a[1:]
		}
	}
	return a == ""
}
