package assist

import (
	"strconv"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// nicName is how rules name a device.
func nicName(n *config.NIC) string { return "net" + strconv.Itoa(n.Index) }

// mention is the name that a cursor touches, and what it leads to.
func (p Place) mention() (n *Names, m Mention, s Symbol, ok bool) {
	if n, m, ok = p.named(); ok {
		s, _ = p.Index().symbol(p.FW, n, m)
	}
	return n, m, s, ok
}

// named is the name that a cursor touches.
func (p Place) named() (n *Names, m Mention, ok bool) {
	n = p.Index().Of(p.FW.File)
	m, ok = n.At(p.Offset)
	return n, m, ok
}

// Definition is where the name under the cursor is defined, the one in force last;
// the line of a guest's configuration for netN; nil where no file defines it.
func (p Place) Definition() []source.Span {
	n, m, s, ok := p.mention()
	if !ok {
		return nil
	}
	if m.Kind == NICName {
		if nic := nicOf(p.Guest, n.Text(m)); nic != nil {
			return []source.Span{nic.Span}
		}
		return nil
	}
	return p.Index().definitions(s)
}

// References are the places that use what the name under the cursor leads to, in
// all files, and with declaration also those that define it.
func (p Place) References(declaration bool) []source.Span {
	n, m, ok := p.named()
	x := p.everyone()
	switch {
	case !ok || x == nil:
		return nil
	case m.Kind == NICName:
		return p.alike(n, m)
	}
	var all []source.Span
	s, _ := x.symbol(p.FW, n, m)
	x.each(s, func(_ *config.FW, n *Names, m Mention, _ bool) {
		if declaration || !m.Defines {
			all = append(all, n.span(m))
		}
	})
	return all
}

// alike are the mentions of the same word in this file.
func (p Place) alike(n *Names, m Mention) []source.Span {
	var all []source.Span
	for _, other := range n.Mentions {
		if other.Kind == m.Kind && n.key(other) == n.key(m) {
			all = append(all, n.span(other))
		}
	}
	return all
}

// Highlight is a place of the file that says the same as the one under the cursor.
type Highlight struct {
	Span    source.Span
	Defines bool
}

// Highlights are the places of this file that mean what the name under the cursor
// means; where that is no name, the words that are written alike in its place:
// options, flags and values of the same kind.
func (p Place) Highlights() []Highlight {
	n, m, s, ok := p.mention()
	if !ok {
		return p.alikeWords()
	}
	x := p.Index()
	var all []Highlight
	for _, other := range n.Mentions {
		if other.Kind != m.Kind {
			continue
		}
		if t, _ := x.symbol(p.FW, n, other); t == s {
			all = append(all, Highlight{n.span(other), other.Defines})
		}
	}
	return all
}

// alikeWords are equal values of the same parameter, or equal actions.
func (p Place) alikeWords() []Highlight {
	at, text := p.valueAt(p.line())
	if text == "" {
		return nil
	}
	var all []Highlight
	for _, line := range p.FW.File.Lines {
		if _, isRule := line.(*grammar.Rule); !isRule {
			continue
		}
		for _, s := range ruleSlots(p.FW.File, line) {
			if s.kind == at.kind && s.param == at.param && p.text(s.at) == text {
				all = append(all, Highlight{Span: p.span(s.at)})
			}
		}
	}
	return all
}

// valueAt is the word of a rule that the cursor touches.
func (p Place) valueAt(line grammar.Line) (slot, string) {
	if _, isRule := line.(*grammar.Rule); !isRule {
		return slot{}, ""
	}
	for _, s := range ruleSlots(p.FW.File, line) {
		if holds(s.at, p.Offset) {
			return s, p.text(s.at)
		}
	}
	return slot{}, ""
}
