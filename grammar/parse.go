package grammar

import (
	"bytes"
	"slices"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// Parse reads one file the way pve-firewall reads a file of kind env. It always
// returns the whole file; lines that the daemon's lexer drops become *Bad, and
// the list says why, in the order of the lines.
func Parse(src *source.File, env facts.Env) (*File, diag.List) {
	r := newReader(&File{Source: src, Env: env}, idle.Get().(*language))
	data := src.Bytes()
	r.left = bytes.Count(data, []byte("\n")) + 1
	r.file.Lines = make([]Line, 0, r.left)
	r.carriage = bytes.IndexByte(data, '\r') >= 0
	for start, number := 0, int32(1); start < len(data); number++ {
		end := len(data)
		if n := bytes.IndexByte(data[start:], '\n'); n >= 0 {
			end = start + n + 1
		}
		r.note = r.carriage
		r.file.Lines = append(r.file.Lines, r.line(number, Word{int32(start), int32(end)}))
		if r.note {
			r.notable = append(r.notable, number-1)
		}
		start = end
		r.left--
	}
	r.file.kept = slices.Clone(r.kept)
	list := report(r.file, r.language)
	r.release()
	return r.file, list
}

// reader carries the section from line to line.
type reader struct {
	*language
	file *File
	in   *Header // the outside of the file where lines are skipped
}

func newReader(f *File, g *language) *reader {
	f.outside.file = f
	f.near = new(near)
	g.room = f.near.room()
	g.open(f.Source.Bytes())
	return &reader{g, f, &f.outside}
}

func (r *reader) line(number int32, whole Word) Line {
	base := Base{r.in, whole.Start, number}
	body := trimEdges(r.scan.text, whole)
	text := r.bytes(body)
	if len(text) == 0 || text[0] == '#' || countBlanks(text) == len(text) {
		t := r.trivia.next(r.few())
		t.Base = base
		return t
	}
	if text[0] == '[' {
		r.note = true
		if h := r.parseHeader(base, body); h != nil {
			r.in = h
			if h.Fault != nil {
				r.in, r.refusal = &r.file.outside, true
			}
			r.note = r.carriage || r.refusal || string(r.bytes(h.Keyword)) != h.Section.Keyword()
			return h
		}
	}
	return r.content(base, body)
}

// content parses a line by the grammar of the section it stands in.
func (r *reader) content(base Base, body Word) Line {
	switch r.in.Section {
	case NoSection:
		return r.dropped(base, body, r.outside(base, body))
	case Options:
		return r.parseOption(base, body)
	case Aliases:
		return r.parseAlias(base, body)
	case IPSetSection:
		return r.parseEntry(base, body)
	default:
		return r.parseRule(base, body)
	}
}

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

// commentWord is the trimmed text behind the #, with which the word at begins.
func commentWord(data []byte, at Word) Word {
	return trimBlanks(data, Word{at.Start + 1, at.End})
}

// trimBlanks takes the white space off both ends.
func trimBlanks(data []byte, w Word) Word {
	for w.End > w.Start && isBlank(data[w.End-1]) {
		w.End--
	}
	for w.Start < w.End && isBlank(data[w.Start]) {
		w.Start++
	}
	return w
}

// outside is the fault of a line that no section claims.
func (g *language) outside(base Base, body Word) Fault {
	f := Fault{Code: lineOutsideSection.Code, Message: "skip line - no section"}
	switch {
	case base.Number == 1 && bytes.HasPrefix(g.bytes(body), byteOrderMark):
		f.Code, f.At = byteOrderMarkRule.Code, Word{body.Start, body.Start + int32(len(byteOrderMark))}
	case g.bytes(body)[0] == '[':
		f.Code = g.headerCode(body)
	}
	return f
}

var byteOrderMark = []byte("\xEF\xBB\xBF")
