package cli

import "github.com/pvefw/pvefw/ir"

// without is a copy of the policy as it would be without the line.
func (e *lineExplainer) without(p *ir.Policy) *ir.Policy {
	w := &withoutLine{e.line, map[*ir.Group]*ir.Group{}}
	out := *p
	out.Groups, out.Sets = make([]*ir.Group, len(p.Groups)), make([]*ir.Set, len(p.Sets))
	for i, g := range p.Groups {
		out.Groups[i] = w.group(g)
	}
	for i, s := range p.Sets {
		out.Sets[i] = w.set(s)
	}
	out.Host, out.NICs = w.endpoint(p.Host), make([]*ir.Endpoint, len(p.NICs))
	for i, nic := range p.NICs {
		out.NICs[i] = w.endpoint(nic)
	}
	out.Forward, out.BridgeIn = w.body(p.Forward), w.body(p.BridgeIn)
	return &out
}

// withoutLine makes copies of what holds the line.
type withoutLine struct {
	line   lineAt
	groups map[*ir.Group]*ir.Group
}

func (w *withoutLine) endpoint(e *ir.Endpoint) *ir.Endpoint {
	if e == nil {
		return nil
	}
	out := *e
	out.In, out.Out = w.chain(e.In), w.chain(e.Out)
	return &out
}

func (w *withoutLine) chain(c *ir.Chain) *ir.Chain {
	if c == nil {
		return nil
	}
	out := *c
	out.Nodes, out.Build = w.nodes(c.Nodes, c.Build, true)
	return &out
}

func (w *withoutLine) body(b *ir.Body) *ir.Body {
	if b == nil {
		return nil
	}
	out := *b
	out.Nodes, out.Build = w.nodes(b.Nodes, b.Build, false)
	return &out
}

// nodes leaves the line's nodes out and counts them out of what was built. The
// policy at the end of a chain stays in its place.
func (w *withoutLine) nodes(list []ir.Node, build [2]ir.Build, closes bool) ([]ir.Node, [2]ir.Build) {
	var kept []ir.Node
	out := build
	for i, n := range list {
		_, rule := n.(*ir.Rule)
		_, call := n.(*ir.Call)
		if (rule && !(closes && i == len(list)-1) || call) && w.line.holds(ir.OriginOf(n).Span) {
			for f := range out {
				if i < build[f].Nodes {
					out[f].Nodes--
				}
			}
			continue
		}
		kept = append(kept, w.node(n))
	}
	return kept, out
}

func (w *withoutLine) node(n ir.Node) ir.Node {
	if c, ok := n.(*ir.Call); ok && c.Group != nil {
		out := *c
		out.Group = w.group(c.Group)
		return &out
	}
	return n
}

func (w *withoutLine) group(g *ir.Group) *ir.Group {
	if known, ok := w.groups[g]; ok {
		return known
	}
	out := *g
	w.groups[g] = &out
	out.In, out.Out, out.Forward = w.body(g.In), w.body(g.Out), w.body(g.Forward)
	return &out
}

// set is a set without the entries of the line; matches keep the old one, whose
// name is the same.
func (w *withoutLine) set(s *ir.Set) *ir.Set {
	out := *s
	out.Entries = nil
	for _, entry := range s.Entries {
		if !w.line.holds(entry.Origin.Span) {
			out.Entries = append(out.Entries, entry)
		}
	}
	return &out
}
