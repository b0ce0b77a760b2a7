package analysis

import (
	"slices"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// Extent says how much of some packets gets through.
type Extent uint8

// The extents. UnknownExtent stands for no answer, never for a guess.
const (
	UnknownExtent Extent = iota
	NoneThrough
	PartThrough
	WholeThrough
)

// String is unknown, none, part or whole.
func (x Extent) String() string { return [...]string{"unknown", "none", "part", "whole"}[x] }

// Reached is the answer about some packets.
type Reached struct {
	Extent  Extent
	Witness *packet.Packet  // one that is stopped; nil where none is, or none is known
	By      packet.Decision // what stops the witness
}

// Reach answers what gets through one chain of an endpoint, over whichever network
// interface: a packet that one interface lets in is not kept out. Only what the
// packet is itself counts, so rules for packets that a guest was already allowed
// to send (reference/pve-firewall §9.6) are left out, as is the loopback. It is
// not for concurrent use.
type Reach struct {
	Work    int // steps for each family; 0 stands for packet.DefaultWork
	eval    *packet.Evaluator
	chain   *ir.Chain
	known   bool // the chain is what the node does
	refused ir.Families
	worlds  [2]*world
}

// world is one family of a Reach.
type world struct {
	universe *packet.Universe
	through  packet.Set
	rest     *ir.Chain // as a packet of an interface meets it that no rule names
}

// mostInterfaces bounds how many interfaces are looked at one by one.
const mostInterfaces = 32

// NewReach looks at one direction of an endpoint of p; a nil endpoint or chain
// lets everything through.
func NewReach(p *ir.Policy, e *ir.Endpoint, d ir.Direction) *Reach {
	r := &Reach{eval: packet.NewEvaluator(p), known: p.Fatal == nil}
	switch {
	case p.Off || e == nil:
	case d == ir.In:
		r.chain = e.In
	default:
		r.chain = e.Out
	}
	for _, refusal := range p.Refusals {
		r.refused |= keptOld(refusal.Carrier)
	}
	return r
}

// keptOld are those that keep their old rules when a text is refused.
func keptOld(c ir.Carrier) ir.Families {
	switch c {
	case ir.IPSetText:
		return ir.Both
	case ir.IPTables:
		return ir.OnlyV4
	case ir.IP6Tables:
		return ir.OnlyV6
	}
	return ir.NoFamily
}

// Of answers for the packets of a family that m describes. Interfaces in m are
// not looked at.
func (r *Reach) Of(f ir.Family, m ir.Match) Reached {
	switch {
	case !r.known || r.refused.Has(f):
		return Reached{}
	case !r.chain.Filtered(f):
		return Reached{Extent: WholeThrough}
	}
	m.In, m.Out = "", ""
	w := r.world(f)
	out := ReachedOf(w.universe.Match(&m), w.through)
	if out.Witness != nil {
		decided := *out.Witness
		decided.In, decided.Out = "", ""
		out.By = r.eval.Chain(w.rest, &decided)
	}
	return out
}

// ReachedOf is how much of some packets is among those that get through, without what
// stops the others.
func ReachedOf(packets, through packet.Set) Reached {
	stopped := packets.Minus(through)
	out := Reached{Extent: extentOf(stopped.Empty(), packets.Intersect(through).Empty())}
	if sample, ok := stopped.Sample(); ok && out.Extent != UnknownExtent {
		out.Witness = sample
	}
	return out
}

// extentOf tells from whether no packet is stopped and whether none is let
// through. Of no packets at all everything gets through.
func extentOf(noneStopped, noneThrough packet.Answer) Extent {
	switch {
	case noneStopped == packet.Yes:
		return WholeThrough
	case noneThrough == packet.Yes:
		return NoneThrough
	case noneStopped == packet.No && noneThrough == packet.No:
		return PartThrough
	}
	return UnknownExtent
}

// world decides all packets of a family once for each interface that a rule
// names, and once for all others.
func (r *Reach) world(f ir.Family) *world {
	if r.worlds[f] != nil {
		return r.worlds[f]
	}
	nodes := r.chain.Live(f)
	names := interfaces(nodes)
	u := packet.NewUniverse(f, packet.ListMatches(f, r.chain.Dir, seenBy(nodes, names...))...)
	if r.Work > 0 {
		u.SetWork(r.Work)
	}
	w := &world{universe: u, rest: whole(r.chain.Dir, seenBy(nodes))}
	w.through = through(u, w.rest)
	for _, name := range names[:min(len(names), mostInterfaces)] {
		w.through = w.through.Union(through(u, whole(r.chain.Dir, seenBy(nodes, name))))
	}
	if len(names) > mostInterfaces {
		w.through = packet.Between(w.through.Lower(), u.All())
	}
	r.worlds[f] = w
	return w
}

func whole(d ir.Direction, nodes []ir.Node) *ir.Chain {
	all := ir.Whole(len(nodes))
	return &ir.Chain{Dir: d, Nodes: nodes, Build: [2]ir.Build{all, all}}
}

// through are the packets that a list does not stop.
func through(u *packet.Universe, c *ir.Chain) packet.Set {
	d := u.Decide(c.Nodes, c.Dir, nil)
	return d.Accept.Union(d.Through)
}

// interfaces lists the names that rules and calls of a list are bound to.
func interfaces(nodes []ir.Node) []string {
	var names []string
	for _, n := range nodes {
		if m := matchOf(n); m != nil {
			for _, name := range []string{m.In, m.Out} {
				if name != "" && name != "lo" && !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
		}
	}
	return names
}

func matchOf(n ir.Node) *ir.Match {
	switch n := n.(type) {
	case *ir.Rule:
		return &n.Match
	case *ir.Call:
		return &n.Match
	}
	return nil
}

// seenBy is the list as a packet of one of the interfaces meets it: rules bound to
// another are left out, and the others lose their bond.
func seenBy(nodes []ir.Node, names ...string) []ir.Node {
	out := make([]ir.Node, 0, len(nodes))
	for _, n := range nodes {
		if b, ok := n.(*ir.Builtin); ok && b.Kind == ir.Loopback {
			continue
		}
		m := matchOf(n)
		switch {
		case m == nil || m.In == "" && m.Out == "" && !m.AcceptedBySender:
			out = append(out, n)
		case m.AcceptedBySender || !slices.Contains(names, m.In+m.Out):
		default:
			out = append(out, unbound(n))
		}
	}
	return out
}

// unbound is a copy of a rule or call without its interface.
func unbound(n ir.Node) ir.Node {
	switch n := n.(type) {
	case *ir.Rule:
		free := *n
		free.Match.In, free.Match.Out = "", ""
		return &free
	case *ir.Call:
		free := *n
		free.Match.In, free.Match.Out = "", ""
		return &free
	}
	return n
}
