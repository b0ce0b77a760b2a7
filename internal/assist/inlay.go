package assist

import (
	"fmt"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// Hint is a remark that an editor shows in a line, in front of what stands at a
// place.
type Hint struct {
	At    source.Span // empty
	Label string
	Front bool // it belongs to what follows, not to what stands in front
}

// longestHint is how many runes a hint has at most.
const longestHint = 40

// Hints are the remarks in a part of the file: what aliases and sets hold behind
// their names, the ports of macros, how often definitions are used, and the place of
// rules in the list that they act in.
func (f File) Hints(in source.Span) []Hint {
	h := &hinting{File: f, in: in}
	n := f.Index().Of(f.FW.File)
	for _, m := range n.Mentions {
		if m.Word.Start >= in.Start && m.Word.Start < in.End {
			h.mention(n, m)
		}
	}
	h.positions()
	return h.hints
}

type hinting struct {
	File
	in    source.Span
	hints []Hint
}

func (h *hinting) add(at int32, label string, front bool) {
	if label = strings.TrimSpace(clipped(label, longestHint)); label != "" {
		h.hints = append(h.hints, Hint{h.source().Span(int(at), int(at)), label, front})
	}
}

func (h *hinting) mention(n *Names, m Mention) {
	s, exact := h.Index().symbol(h.FW, n, m)
	switch {
	case m.Lost:
	case m.Defines:
		if x := h.everyone(); x != nil && !(m.Kind == SetName && h.FW.ActsByName(s.Name)) {
			h.add(m.Word.End, count(x.Uses(s), "use", "uses"), false)
		}
	case s.Kind == MacroName:
		if macro := macroOf(s.Name); macro != nil {
			h.add(m.Word.End, ports(macro), false)
		}
	case !exact:
	case s.Kind == AliasName && s.Home != nil:
		h.add(m.Word.End, "= "+s.Home.Aliases[s.Name].Text, false)
	case s.Kind == SetName && s.SDN != nil:
		h.add(m.Word.End, entries(len(s.SDN.Entries)), false)
	case s.Kind == SetName && s.Home != nil:
		h.add(m.Word.End, entries(len(s.Home.Sets[s.Name].Entries)), false)
	case s.Kind == GroupName && s.Home != nil:
		h.add(m.Word.End, rules(len(s.Home.Groups[s.Name].Rules)), false)
	}
}

// positions numbers the rules of the file's own lists. Those of groups have none:
// a group stands in many lists.
func (h *hinting) positions() {
	numbers := h.numbers()
	for _, r := range h.FW.Rules {
		at := r.Span()
		if at.Start < h.in.Start || at.Start >= h.in.End || !r.Live() || r.Type == config.ForwardRule {
			continue
		}
		if n := numbers[at.Start]; n != "" {
			h.add(at.Start, n, true)
		}
	}
}

// numbers are the places of the file's lines in the first list of each direction.
func (h *hinting) numbers() map[int32]string {
	all := map[int32]string{}
	seen := map[ir.Direction]bool{}
	mine := func(s source.Span) bool { return s.File == h.source() && !s.WholeFile() }
	for _, l := range h.chains(mine) {
		if seen[l.Dir] {
			continue
		}
		seen[l.Dir] = true
		for i, node := range fileNodes(l.List) {
			if at := ir.OriginOf(node).Span; mine(at) {
				all[lineStart(h.FW.File, at)] = fmt.Sprintf("#%d", i+1)
			}
		}
	}
	return all
}

// lineStart is where the rule of a span begins.
func lineStart(f *grammar.File, at source.Span) int32 {
	if l, ok := f.Lines[at.From().Line-1].(*grammar.Rule); ok {
		return l.Extent().Start
	}
	return at.Start
}

// fromFile reports whether a node is a line of a file, and not what Proxmox adds.
func fromFile(n ir.Node) bool {
	steps := ir.OriginOf(n).Steps
	_, builtin := n.(*ir.Builtin)
	return !builtin && (len(steps) == 0 || steps[len(steps)-1].Kind != ir.ByPolicy)
}
