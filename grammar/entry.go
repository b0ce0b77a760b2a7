package grammar

import (
	"bytes"

	"github.com/pvefw/pvefw/internal/source"
)

// parseEntry reads a line of a set, which is never dropped: what the daemon
// cannot read stays in the set as a dead entry (reference/pve-firewall §4.1).
func (g *language) parseEntry(base Base, body Word) Line {
	line := g.scan.split(scanEntry, body)
	tree := g.known().entries.match(line.shape).tree
	e := g.entries.next(g.few())
	e.Base, e.Target = base, line.word(optional(tree.Target))
	return e
}

// NoMatch is the ! in front, absent without one.
func (e *SetEntry) NoMatch() Word {
	body := e.Body()
	if e.Target.Start <= body.Start || e.data()[body.Start] != '!' {
		return Word{}
	}
	return Word{body.Start, body.Start + 1}
}

// Extra is everything behind the first word, if anything: the daemon keeps such a
// line as a dead entry without address. Only a carriage return in front of a
// comment leaves an entry without any word; it is dead like one with two.
func (e *SetEntry) Extra() Word {
	body, data := e.Body(), e.data()
	if !e.Target.Present() {
		return Word{body.Start + 1, body.Start + 1}
	}
	w := Word{e.Target.End, body.End}
	if n := bytes.IndexByte(data[w.Start:w.End], '#'); n >= 0 {
		w.End = w.Start + int32(n)
	}
	if w = trimBlanks(data, w); w.Start == w.End {
		return Word{}
	}
	return w
}

// Comment is the trimmed text behind the #, absent without one.
func (e *SetEntry) Comment() Word {
	body, data := e.Body(), e.data()
	n := bytes.IndexByte(data[body.Start:body.End], '#')
	if n < 0 {
		return Word{}
	}
	return commentWord(data, Word{body.Start + int32(n), body.End})
}

// CommentText is what Comment covers, empty without one.
func (e *SetEntry) CommentText() string { return e.in.file.Text(e.Comment()) }

// Span is the place of the word.
func (e *SetEntry) Span() source.Span { return e.in.file.Span(e.Target) }

func (e *SetEntry) data() []byte { return e.in.file.Source.Bytes() }
