package verify

import (
	"slices"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// coverage notes which lines decide packets of tests.
type coverage struct{ decided map[source.Span]bool }

// note is told of each rule that decides packets of a test. A rule in a group is
// decided by its own line and by the line that calls the group.
func (c *coverage) note(m packet.Met) {
	if m.Packets.Empty() != packet.No {
		return
	}
	c.decided[m.Rule.Origin.Span] = true
	if m.Within != nil {
		c.decided[m.Within.Origin.Span] = true
	}
}

// sum compares what was decided with all rules that are in force.
func (c *coverage) sum(w *World) Coverage {
	all := map[source.Span]bool{}
	for _, n := range w.Nodes {
		p := n.Policy
		for _, e := range append([]*ir.Endpoint{p.Host}, p.NICs...) {
			if e != nil {
				gather(all, e.In)
				gather(all, e.Out)
			}
		}
		gather(all, p.Forwarding)
		for _, v := range p.VNets {
			gather(all, v.Forward)
		}
		for _, g := range p.Groups {
			for _, b := range []*ir.Body{g.In, g.Out, g.Forward} {
				gatherNodes(all, bodyNodes(b))
			}
		}
	}
	sum := Coverage{Rules: len(all)}
	for span := range all {
		if !c.decided[span] {
			sum.Undecided = append(sum.Undecided, span)
		}
	}
	slices.SortFunc(sum.Undecided, func(a, b source.Span) int {
		if a.Less(b) {
			return -1
		}
		return 1
	})
	return sum
}

func gather(all map[source.Span]bool, c *ir.Chain) {
	gatherNodes(all, c.Live(ir.V4))
	gatherNodes(all, c.Live(ir.V6))
}

func bodyNodes(b *ir.Body) []ir.Node {
	if b == nil {
		return nil
	}
	return b.Nodes
}

func gatherNodes(all map[source.Span]bool, nodes []ir.Node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *ir.Rule:
			gatherLine(all, n.Origin)
		case *ir.Call:
			gatherLine(all, n.Origin)
		}
	}
}

// gatherLine adds what stands in a rule's line; policies and options are no rules.
func gatherLine(all map[source.Span]bool, o ir.Origin) {
	isRule := slices.ContainsFunc(o.Steps, func(s ir.Step) bool { return s.Kind == ir.ByRule || s.Kind == ir.ByMacro })
	if isRule && !o.Span.IsZero() {
		all[o.Span] = true
	}
}
