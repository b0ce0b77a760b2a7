package assist

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// Hover explains what is under the cursor, in Markdown, and which words are meant;
// an empty text where there is nothing to say.
func (p Place) Hover() (text string, at source.Span) {
	h := &hover{Place: p}
	line := p.line()
	if line == nil {
		return "", at
	}
	if int32(p.Offset) > commentStart(p.FW.File, line) {
		return "", at
	}
	switch l := line.(type) {
	case *grammar.Header:
		at = h.header(l)
	case *grammar.Option:
		at = h.option(l)
	case *grammar.Alias:
		if holds(l.Value, p.Offset) {
			at = p.span(l.Value)
			h.literal(at.Text())
		} else {
			at = h.name()
		}
	case *grammar.SetEntry:
		if at = h.name(); at.IsZero() && holds(l.Target, p.Offset) {
			at = l.Span()
			h.literal(at.Text())
		}
	case *grammar.Trivia:
	default:
		if isRuleSection(p.section()) {
			at = h.rule(line)
		}
	}
	return h.finish(at, line)
}

// finish adds the findings about the words, or those of the line where there are no
// words.
func (h *hover) finish(at source.Span, line grammar.Line) (string, source.Span) {
	words := !at.IsZero()
	if !words {
		at = h.span(grammar.BaseOf(line).Body())
	}
	if !h.told {
		found := slices.DeleteFunc(h.findings(at), func(d diag.Diagnostic) bool {
			return words && (d.Span.Start < at.Start || d.Span.End > at.End)
		})
		h.add("%s", strings.Join(points(found), "\n"))
	}
	if h.Len() == 0 {
		return "", source.Span{}
	}
	return h.String(), at
}

// hover is one call of Hover.
type hover struct {
	Place
	page
	told bool // the findings are said already
}

// points are findings as a list.
func points(list diag.List) []string {
	out := findingPoints(list)
	for i := range out {
		out[i] = "- " + out[i]
	}
	return out
}

// header explains a section: a name, or what is in force below.
func (h *hover) header(l *grammar.Header) source.Span {
	if l.Name.Present() {
		if at := h.name(); !at.IsZero() {
			return at
		}
		return source.Span{}
	}
	switch l.Section {
	case grammar.Options:
		h.add("What is switched on in this file, and what happens to packets that no rule decides.")
		h.list(h.effective())
	case grammar.Aliases:
		h.add("Names of addresses; a line is `NAME ADDRESS`, with one blank. Rules can use what stands above them.")
	case grammar.Rules:
		h.add("Rules are read from top to bottom; the first that matches decides.")
		h.list(h.effective())
	}
	return h.span(grammar.BaseOf(l).Body())
}

func (h *hover) option(l *grammar.Option) source.Span {
	o, ok := facts.OptionIn(h.FW.Env, h.text(l.Name))
	if !ok {
		return source.Span{}
	}
	describeOption(&h.page, o)
	if v, set := h.FW.Options.Get(o.Name); set && v.Line != int(l.Number) {
		h.add("In force is %s, set in line %d.", code(v.Text), v.Line)
	}
	if o.Name == "enable" {
		h.list(h.effective())
	}
	return h.span(grammar.Word{Start: l.Name.Start, End: max(l.Name.End, l.Value.End)})
}

// name explains the name under the cursor, zero where there is none.
func (h *hover) name() source.Span {
	n, m, s, ok := h.mention()
	if !ok {
		return source.Span{}
	}
	at := h.span(n.whole(m))
	if !h.symbol(s, n.Text(m)) {
		if found := h.findings(at); len(found) == 0 {
			h.add("There is no %s **%s** that could be found here.", s.Kind, plain(s.Name))
		}
	}
	return at
}

// symbol explains what a name leads to; false where that is nothing.
func (h *hover) symbol(s Symbol, word string) bool {
	switch {
	case s.Kind == MacroName:
		m := macroOf(word)
		if m != nil {
			describeMacro(&h.page, m)
		}
		return m != nil
	case s.Kind == NICName:
		nic := nicOf(h.Guest, word)
		if nic != nil {
			h.describeNIC(&h.page, nic)
		}
		return nic != nil
	case s.SDN != nil:
		h.describeSet(&h.page, s.SDN, nil)
		return true
	case s.Home == nil:
		return false
	}
	switch s.Kind {
	case AliasName:
		if a := s.Home.Aliases[s.Name]; a != nil {
			h.describeAlias(&h.page, a, s.Home)
			return true
		}
	case SetName:
		if set := s.Home.Sets[s.Name]; set != nil {
			h.describeSet(&h.page, set, s.Home)
			return true
		}
	case GroupName:
		if g := s.Home.Groups[s.Name]; g != nil {
			h.describeGroup(&h.page, g)
			h.users(s)
			return true
		}
	}
	return false
}

// users lists who calls a group.
func (h *hover) users(s Symbol) {
	x := h.everyone()
	if x == nil {
		return
	}
	var list []string
	for _, c := range x.callers(s) {
		if len(list) == mostRows {
			list = append(list, "and more")
			break
		}
		list = append(list, c.Name+", "+where(c.Uses[0]))
	}
	if len(list) > 0 {
		h.add("Used by")
		h.list(list)
	}
}

// literal explains an address, or a list of them.
func (h *hover) literal(text string) {
	for item := range strings.SplitSeq(text, ",") {
		if known := addressFacts(item); known != nil {
			h.add("%s: %s", code(item), strings.Join(known, "; "))
		}
	}
}
