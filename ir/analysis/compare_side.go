package analysis

import (
	"github.com/pvefw/pvefw/ir"
)

// side is one of the two policies.
type side struct {
	policy *ir.Policy
	there  bool
	frames [2]frames // by family
	open   []ir.Node // everything passes, because nothing is filtered on the node
}

// frames are the lists before the chains of plugged NICs.
type frames struct{ forward, bridgeIn []ir.Node }

func newSide(p *ir.Policy) *side {
	if p == nil {
		return &side{policy: &ir.Policy{}}
	}
	s := &side{policy: p, there: true}
	switch {
	case p.Fatal != nil:
		s.open = unfilteredNodes(p.Fatal.Origin, p.Fatal.Reason)
	case p.Off && p.OffReason != nil:
		s.open = unfilteredNodes(p.OffReason.Origin, p.OffReason.Reason)
	case p.Off:
		s.open = unfilteredNodes(ir.Origin{}, "the firewall is off")
	}
	for f := range s.frames {
		s.frames[f] = frames{bodyOf(p.Forward, ir.Family(f)), bodyOf(p.BridgeIn, ir.Family(f))}
	}
	return s
}

func bodyOf(b *ir.Body, f ir.Family) []ir.Node {
	if b == nil || !b.Build[f].Hooked {
		return nil
	}
	return b.Nodes[:b.Build[f].Nodes]
}

// unfilteredNodes is a list that lets everything through; its rule says why in the
// name of its last step.
func unfilteredNodes(o ir.Origin, why string) []ir.Node {
	return []ir.Node{&ir.Rule{Families: ir.Both, Origin: o.With(ir.ByBuiltin, why)}}
}

// Unfiltered tells why nothing filters the packets of a fate, and false where
// something decides them.
func (f *Fate) Unfiltered() (why string, ok bool) {
	r, isRule := f.Node.(*ir.Rule)
	if !isRule || len(r.Origin.Steps) == 0 {
		return "", false
	}
	last := r.Origin.Steps[len(r.Origin.Steps)-1]
	return last.Name, last.Kind == ir.ByBuiltin
}

// station is an endpoint of one side, or a list for what passes by.
type station struct {
	side     *side
	endpoint *ir.Endpoint // nil for chains of other things
	chain    *ir.Chain    // of other things
	origin   ir.Origin
	absent   bool
	fileless bool // a guest that has no file
}

// absentNodes is the list of stations that are not there.
var absentNodes = []ir.Node{&ir.Rule{Families: ir.Both, Verdict: ir.Verdict{Kind: ir.Drop}}}

// The reasons for which nothing is filtered.
const (
	notPlugged = "the NIC has no firewall=1, so nothing is filtered"
	notInForce = "nothing is filtered here"
	noFile     = "the guest has no firewall file, so nothing is filtered"
)

func (s *side) host() *station {
	if !s.there {
		return nil
	}
	e := s.policy.Host
	if e == nil {
		e = &ir.Endpoint{}
	}
	return &station{side: s, endpoint: e, origin: e.Origin}
}

func (s *side) forwarding() *station {
	if !s.there {
		return nil
	}
	return &station{side: s, chain: s.policy.Forwarding}
}

// list is what decides the packets of a direction, in parts.
func (t *station) list(d ir.Direction, f ir.Family) [][]ir.Node {
	switch {
	case t.absent:
		return [][]ir.Node{absentNodes}
	case t.side.open != nil:
		return [][]ir.Node{t.side.open}
	case t.fileless:
		return t.plugged(d, f, unfilteredNodes(ir.Origin{}, noFile))
	case t.endpoint == nil:
		return [][]ir.Node{t.chainNodes(t.chain, f)}
	case t.endpoint.Kind == ir.HostEndpoint:
		return [][]ir.Node{t.ownNodes(d, f)}
	case !t.endpoint.Plugged:
		return [][]ir.Node{unfilteredNodes(t.endpoint.Origin, notPlugged)}
	}
	return t.plugged(d, f, t.ownNodes(d, f))
}

// ownNodes is what the endpoint's own chain is.
func (t *station) ownNodes(d ir.Direction, f ir.Family) []ir.Node {
	if off := t.endpoint.OffReason; off != nil && !off.Origin.Span.IsZero() {
		return unfilteredNodes(off.Origin, off.Reason)
	}
	return t.chainNodes(chainTowards(t.endpoint, d), f)
}

// plugged puts the frames before what a NIC's own chain is.
func (t *station) plugged(d ir.Direction, f ir.Family, own []ir.Node) [][]ir.Node {
	frames := t.side.frames[f]
	if d == ir.In {
		return [][]ir.Node{frames.forward, frames.bridgeIn, own}
	}
	return [][]ir.Node{frames.forward, own}
}

func (t *station) chainNodes(c *ir.Chain, f ir.Family) []ir.Node {
	if !c.Filtered(f) {
		return unfilteredNodes(t.origin, notInForce)
	}
	return c.Live(f)
}

func chainTowards(e *ir.Endpoint, d ir.Direction) *ir.Chain {
	if d == ir.In {
		return e.In
	}
	return e.Out
}

// loads compares what keeps the rules from being loaded.
func (r *comparing) loads() {
	before, after := r.sides[0].blames(), r.sides[1].blames()
	for _, families := range []ir.Families{ir.Both, ir.OnlyV4, ir.OnlyV6} {
		x, y := before[families], after[families]
		if (x == nil) != (y == nil) && r.sides[0].there && r.sides[1].there {
			r.out.Loads = append(r.out.Loads, LoadChange{families, x, y})
		}
	}
}

// blames is the first thing that keeps each family from being loaded; under Both
// what keeps all of them.
func (s *side) blames() map[ir.Families]*Blame {
	list := map[ir.Families]*Blame{}
	if f := s.policy.Fatal; f != nil {
		list[ir.Both] = &Blame{f.Reason, f.Origin}
	}
	for _, refusal := range s.policy.Refusals {
		families := keptOld(refusal.Carrier)
		if families != ir.NoFamily && list[families] == nil {
			list[families] = &Blame{refusal.Reason, refusal.Origin}
		}
	}
	return list
}
