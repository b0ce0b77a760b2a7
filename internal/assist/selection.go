package assist

import (
	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/source"
)

// Selections are the spans around a place, each within the next: the name, the
// word, the flag with its value, the line without its comment, the line, its
// section, the file.
func (p Place) Selections() []source.Span {
	var all []source.Span
	add := func(w grammar.Word) {
		s := p.span(w)
		if int(s.Start) > p.Offset || int(s.End) < p.Offset || s.Start == s.End {
			return
		}
		if n := len(all); n > 0 && (all[n-1] == s || all[n-1].Start < s.Start || all[n-1].End > s.End) {
			return
		}
		all = append(all, s)
	}
	if n, m, ok := p.named(); ok {
		add(m.Word)
		add(n.whole(m))
	}
	if line := p.line(); line != nil {
		p.lineParts(line, add)
	}
	for _, s := range sections(p.FW.File) {
		add(grammar.Word{Start: s.all.Start, End: s.behind})
	}
	add(grammar.Word{End: int32(len(p.source().Bytes()))})
	return all
}

// lineParts adds the parts of a line from small to large.
func (p Place) lineParts(line grammar.Line, add func(grammar.Word)) {
	f := p.FW.File
	switch l := line.(type) {
	case *grammar.Header:
		add(l.Keyword)
	case *grammar.Option:
		add(l.Name)
		add(l.Value)
	case *grammar.Alias:
		add(l.Name)
		add(l.Value)
	case *grammar.SetEntry:
		add(l.Target)
	default:
		for _, w := range p.ruleParts(line) {
			add(w)
		}
	}
	body := grammar.BaseOf(line).Body()
	if i := commentStart(f, line); int(i) >= p.Offset && i > body.Start && i < body.End {
		end := i
		for end > body.Start && (f.Source.Bytes()[end-1] == ' ' || f.Source.Bytes()[end-1] == '\t') {
			end--
		}
		add(grammar.Word{Start: body.Start, End: end})
	}
	add(body)
	add(grammar.BaseOf(line).Whole())
}

// ruleParts are the words of a rule, and flags with their values.
func (p Place) ruleParts(line grammar.Line) []grammar.Word {
	if _, trivia := line.(*grammar.Trivia); trivia || !isRuleSection(p.section()) {
		return nil
	}
	var words, pairs []grammar.Word
	slots := ruleSlots(p.FW.File, line)
	for i, s := range slots {
		words = append(words, s.at)
		switch {
		case s.kind == valueSlot:
			pairs = append(pairs, grammar.Word{Start: slots[i-1].at.Start, End: s.at.End})
		case s.kind == verdictSlot:
			pairs = append(pairs, grammar.Word{Start: slots[i-1].at.Start, End: s.at.End + 1})
		}
	}
	return append(words, pairs...)
}
