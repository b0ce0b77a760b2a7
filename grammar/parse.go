package grammar

import (
	"bytes"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// Parse reads one file the way pve-firewall reads a file of kind env. It always
// returns the whole file; lines that the daemon's lexer drops become *Bad, and
// the list says why, in the order of the lines.
func Parse(src *source.File, env facts.Env) (*File, diag.List) {
	r := &reader{file: &File{Source: src, Env: env}, language: idle.Get().(*language)}
	data := src.Bytes()
	r.left = bytes.Count(data, []byte("\n")) + 1
	r.file.Lines = make([]Line, 0, r.left)
	returns := bytes.IndexByte(data, '\r') >= 0
	for start, number := 0, int32(1); start < len(data); number++ {
		end := len(data)
		if n := bytes.IndexByte(data[start:], '\n'); n >= 0 {
			end = start + n + 1
		}
		r.note = returns
		r.file.Lines = append(r.file.Lines, r.line(number, Word{int32(start), int32(end)}))
		if r.note {
			r.notable = append(r.notable, number-1)
		}
		start = end
		r.left--
	}
	list := report(r.file, r.language)
	r.release()
	return r.file, list
}

// reader carries the section from line to line.
type reader struct {
	*language
	file *File
	in   *Header // nil where lines are skipped
}

func (r *reader) line(number int32, whole Word) Line {
	base := Base{Number: number, Whole: whole, Body: trimEdges(r.file.Source.Bytes(), whole), In: r.in}
	text := r.bytes(base.Body)
	if len(text) == 0 || text[0] == '#' || countBlanks(text) == len(text) {
		return r.trivial(base, text)
	}
	if text[0] == '[' {
		r.note = true
		if h := r.parseHeader(r.file.Env, base, text); h != nil {
			r.in = h
			if h.Fault != nil {
				r.in = nil
			}
			return h
		}
	}
	if r.in == nil {
		return r.dropped(base, text, r.outside(base, text))
	}
	return r.content(base, text)
}

// content parses a line by the grammar of the section it stands in.
func (r *reader) content(base Base, text []byte) Line {
	switch r.in.Section {
	case Options:
		return r.parseOption(base, text)
	case Aliases:
		return r.parseAlias(base, text)
	case IPSetSection:
		return r.parseEntry(base, text)
	default:
		return r.parseRule(base, text)
	}
}

func (r *reader) bytes(w Word) []byte { return r.file.Source.Bytes()[w.Start:w.End] }

// trimEdges strips the line feed and then what the daemon strips at both ends:
// space, tab and byte 0xA0 even inside a UTF-8 character, but no carriage return
// (reference/pve-firewall §1.5).
func trimEdges(data []byte, w Word) Word {
	if w.End > w.Start && data[w.End-1] == '\n' {
		w.End--
	}
	for w.End > w.Start && isEdge(data[w.End-1]) {
		w.End--
	}
	for w.Start < w.End && isEdge(data[w.Start]) {
		w.Start++
	}
	return w
}

// trivial is a blank or comment line.
func (g *language) trivial(base Base, text []byte) *Trivia {
	t := g.trivia.next(g.few())
	t.Base = base
	if len(text) > 0 && text[0] == '#' {
		t.Comment = commentWord(text, base.Body)
	}
	return t
}

// commentWord is the trimmed text behind the #; text begins with the # and lies
// at the place at.
func commentWord(text []byte, at Word) Word {
	w := Word{at.Start + 1, at.End}
	for w.End > w.Start && isBlank(text[w.End-1-at.Start]) {
		w.End--
	}
	for w.Start < w.End && isBlank(text[w.Start-at.Start]) {
		w.Start++
	}
	return w
}

// outside is the fault of a line that no section claims.
func (g *language) outside(base Base, text []byte) Fault {
	f := Fault{Code: lineOutsideSection.Code, Message: "skip line - no section"}
	switch {
	case base.Number == 1 && bytes.HasPrefix(text, byteOrderMark):
		f.Code, f.At = byteOrderMarkRule.Code, Word{base.Body.Start, base.Body.Start + int32(len(byteOrderMark))}
	case text[0] == '[':
		f.Code = g.headerCode(text)
	}
	return f
}

var byteOrderMark = []byte("\xEF\xBB\xBF")
