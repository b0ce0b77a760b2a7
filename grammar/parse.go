package grammar

import (
	"bytes"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// longest is the longest line text in bytes, comment not counted, that is given
// to the grammar. It bounds the memory that one hostile line can take.
const longest = 64 << 10

// Parse reads one file the way pve-firewall reads a file of kind env. It always
// returns the whole file; lines that the daemon's lexer drops become *Bad, and
// the list says why, in the order of the lines.
func Parse(src *source.File, env facts.Env) (*File, diag.List) {
	r := &reader{file: &File{Source: src, Env: env}, language: &language{}}
	data := src.Bytes()
	r.file.Lines = make([]Line, 0, bytes.Count(data, []byte("\n"))+1)
	for start, number := 0, int32(1); start < len(data); number++ {
		end := len(data)
		if n := bytes.IndexByte(data[start:], '\n'); n >= 0 {
			end = start + n + 1
		}
		r.file.Lines = append(r.file.Lines, r.line(number, Word{int32(start), int32(end)}))
		start = end
	}
	return r.file, report(r.file, r.language)
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
		return trivia(base, text)
	}
	if h := r.parseHeader(r.file.Env, base, text); h != nil {
		r.in = h
		if h.Fault != nil {
			r.in = nil
		}
		return h
	}
	if r.in == nil {
		return bad(base, text, r.outside(base, text))
	}
	return r.content(base, text)
}

// content parses a line by the grammar of the section it stands in.
func (r *reader) content(base Base, text []byte) Line {
	size := len(text)
	if n := bytes.IndexByte(text, '#'); n >= 0 && r.in.Section != Options {
		size = n
	}
	if size > longest {
		return &Bad{Base: base, Fault: &Fault{Code: lineTooLong.Code, At: base.Body}}
	}
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

// trivia is a blank or comment line.
func trivia(base Base, text []byte) *Trivia {
	t := &Trivia{Base: base}
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

// bad keeps the words of a line that is dropped.
func bad(base Base, text []byte, fault *Fault) *Bad {
	b := &Bad{Base: base, Fault: fault}
	s := newScan(text, base.Body.Start)
	if len(text) > longest {
		return b
	}
	if n := s.uncomment(); n > 0 {
		at := Word{base.Body.End - int32(n), base.Body.End}
		b.Comment = commentWord(text[len(text)-n:], at)
	}
	for !s.done() {
		if n := countWord(s.text[s.at:]); n > 0 {
			start := s.base + int32(s.at)
			b.Words = append(b.Words, Word{start, start + int32(n)})
			s.at += n
		}
		s.at += countBlanks(s.text[s.at:])
	}
	return b
}

// outside is the fault of a line that no section claims.
func (g *language) outside(base Base, text []byte) *Fault {
	f := &Fault{Code: lineOutsideSection.Code, Message: "skip line - no section", At: base.Body}
	switch {
	case base.Number == 1 && bytes.HasPrefix(text, byteOrderMark):
		f.Code, f.At.End = byteOrderMarkRule.Code, f.At.Start+int32(len(byteOrderMark))
	case text[0] == '[':
		f.Code = g.headerCode(text)
	}
	return f
}

var byteOrderMark = []byte("\xEF\xBB\xBF")
