package assist

import (
	"fmt"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/packet"
)

// What a rule does among the others. Editors ask often and wait for the answer, so
// the work on one list is bounded, and so are the lists.
const (
	mostLists = 4
	mostWork  = 1 << 20 // of an analysis of a list
	mostSteps = 1 << 18 // of sets of packets
	mostNodes = 512     // of a list of which the packets of one rule are told
)

// acting is a list in which lines of a file act.
type acting struct {
	List
	policy *ir.Policy
	node   *config.Node
}

// chains are lists in which lines of the file, or of a group of it, act: on the file's
// node, else on any.
func (f File) chains(from func(source.Span) bool) []acting {
	var all []acting
	for _, n := range f.Config.Nodes {
		if f.World.Policy == nil || f.Node != "" && n.Name != f.Node {
			continue
		}
		p := f.World.Policy(n.Name)
		if p == nil || p.Off || p.Fatal != nil {
			continue
		}
		for _, l := range Lists(p) {
			if l.Chain == nil || f.Guest != nil && (l.End == nil || l.End.VMID != f.Guest.VMID) || !l.Holds(from) {
				continue
			}
			if all = append(all, acting{l, p, n}); len(all) == mostLists {
				return all
			}
		}
	}
	return all
}

// within reports whether a place starts in a span.
func within(at source.Span) func(source.Span) bool {
	return func(s source.Span) bool {
		return s.File == at.File && !s.WholeFile() && at.Start <= s.Start && s.Start < at.End
	}
}

// fates says, list by list, where the line stands and what is left for it.
func (f File) fates(at source.Span) []string {
	from := within(at)
	var points []string
	for _, l := range f.chains(from) {
		n, of := position(l.List, from)
		text := fmt.Sprintf("%s: number %d of %d", l.Name, n, of)
		if said := coverOf(l.List, from); said != "" {
			text += "; " + said
		}
		points = append(points, text)
	}
	return points
}

// coverOf is what Cover says of a list, families that are alike in one.
func coverOf(l List, from func(source.Span) bool) string {
	a := analysis.Analyzer{Work: mostWork}
	var said [2]string
	for f := ir.V4; f <= ir.V6; f++ {
		text, by := Cover(a.Chain(l.Chain, f), from)
		if text != "" && len(by) > 0 {
			text += " (" + places(by) + ")"
		}
		said[f] = text
	}
	for f, other := range []int{1, 0} {
		if said[f] == NoPacket && said[other] == "" {
			said[f] = "" // a rule of one family has none of the other
		}
	}
	switch {
	case said[0] == said[1]:
		return said[0]
	case said[1] == "":
		return "in IPv4: " + said[0]
	case said[0] == "":
		return "in IPv6: " + said[1]
	}
	return said[0] + " in IPv4, " + said[1] + " in IPv6"
}

// places names a few lines.
func places(list []source.Span) string {
	const most = 4
	var words []string
	for i, s := range list {
		if i == most {
			words = append(words, "…")
			break
		}
		words = append(words, where(s))
	}
	return strings.Join(words, ", ")
}

// fileNodes are the nodes of a list that lines of files stand for, one of each line:
// a macro is many nodes, and what Proxmox adds is none of these.
func fileNodes(l List) []ir.Node {
	var nodes []ir.Node
	var last source.Span
	for _, node := range l.Nodes {
		if origin := ir.OriginOf(node); fromFile(node) && origin.Span != last {
			last = origin.Span
			nodes = append(nodes, node)
		}
	}
	return nodes
}

// position is the number of a line among those of a list, and how many there are. A
// group counts as one line.
func position(l List, from func(source.Span) bool) (n, of int) {
	nodes := fileNodes(l)
	for i, node := range nodes {
		call, isCall := node.(*ir.Call)
		if from(ir.OriginOf(node).Span) || isCall && (List{Dir: l.Dir, Nodes: []ir.Node{call}}).Holds(from) {
			return i + 1, len(nodes)
		}
	}
	return 0, len(nodes)
}

// decided are the packets that the rules of a line decide in a list: those that
// match and that no earlier rule takes. False where that is too much to work out.
func decided(l List, f ir.Family, from func(source.Span) bool) (packet.Set, bool) {
	nodes := l.Chain.Live(f)
	if len(nodes) > mostNodes {
		return packet.Set{}, false
	}
	u := packet.NewUniverse(f, packet.ListMatches(f, l.Dir, nodes)...)
	u.SetWork(mostSteps)
	mine := u.None()
	u.Decide(nodes, l.Dir, func(h packet.Hit) {
		if from(h.Rule.Origin.Span) || h.Within != nil && from(h.Within.Origin.Span) {
			mine = mine.Union(h.Packets)
		}
	})
	return mine, mine.Exact()
}

// isLive reports whether a line is a rule that acts.
func (f File) isLive(l grammar.Line) bool {
	line, ok := l.(*grammar.Rule)
	if !ok {
		return false
	}
	r, _ := f.FW.RuleAt(line)
	return r != nil && r.Live() && f.FW.Env != facts.VNet
}
