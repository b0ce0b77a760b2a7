package grammar

import "bytes"

// A file may consist of dropped lines only, so a *Bad holds little: what its text
// tells is made when somebody asks.

// echo is how the daemon's message about a line ends.
type echo uint8

const (
	noEcho     echo = iota
	bareEcho        // with the line
	quotedEcho      // with the line and a quotation mark
)

// Fault is why the line was dropped.
func (f *File) Fault(b *Bad) Fault {
	fault := *b.Why
	if !fault.At.Present() {
		fault.At = b.Body()
	}
	if fault.echo != noEcho {
		fault.Message += f.Text(b.Body())
	}
	if fault.echo == quotedEcho {
		fault.Message += "'"
	}
	fault.echo = noEcho
	return fault
}

// Words are the non-blank runs of any line up to the comment, at most as many as
// the caller wants.
func (f *File) Words(l Line, most int) []Word {
	body := l.base().Body()
	s := &scan{text: f.Source.Bytes(), at: int(body.Start), end: int(body.End)}
	s.uncomment()
	var words []Word
	for len(words) < most && !s.done() {
		if n := len(s.run()); n > 0 {
			words = append(words, Word{int32(s.at), int32(s.at + n)})
			s.at += n
		}
		s.at += countBlanks(s.rest())
	}
	return words
}

// dropped is a line that the daemon drops. Equal faults are kept once.
func (g *language) dropped(base Base, body Word, fault Fault) *Bad {
	g.note = true
	b := g.bad.next(g.few())
	b.Base, b.Why = base, &fault
	if !fault.At.Present() {
		b.Why = g.once(fault)
	}
	if n := bytes.IndexByte(g.bytes(body), '#'); n >= 0 {
		b.Comment = commentWord(g.scan.text, Word{body.Start + int32(n), body.End})
	}
	return b
}

func (g *language) once(fault Fault) *Fault {
	if known := g.faults[fault]; known != nil {
		return known
	}
	if g.faults == nil {
		g.faults = map[Fault]*Fault{}
	}
	g.faults[fault] = &fault
	return &fault
}
