package verify

import (
	"fmt"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// pair is a sender and a receiver, and the nodes that packets pass on their way.
type pair struct {
	from, to end
	legs     []leg
}

// leg is the way through one node.
type leg struct {
	node     *Node
	from, to string
	route    *packet.Route
}

// pairs lists the ways from one end to another: through the node that either is
// on, through both where they are on different ones, and through each node in turn
// where neither is on any.
func (w *World) pairs(from, to end) []pair {
	switch {
	case from.node == nil && to.node == nil:
		var list []pair
		for _, n := range w.Nodes {
			list = append(list, makePair(from, to, leg{node: n, from: from.zone, to: to.zone}))
		}
		return list
	case from.node == nil || from.node == to.node:
		return []pair{makePair(from, to, leg{node: to.node, from: from.zone, to: to.zone})}
	case to.node == nil:
		return []pair{makePair(from, to, leg{node: from.node, from: from.zone, to: to.zone})}
	}
	return []pair{makePair(from, to, leg{node: from.node, from: from.zone, to: wire(from, to)},
		leg{node: to.node, from: wire(to, from), to: to.zone})}
}

// wire is the port of a bridge by which packets leave a node for another: that of
// the end itself, or for the node that of the other end.
func wire(near, far end) string {
	switch {
	case near.bridge != "":
		return near.bridge + "/wire"
	case far.bridge != "":
		return far.bridge + "/wire"
	}
	return wireBridge + "/wire"
}

func makePair(from, to end, legs ...leg) pair {
	for i := range legs {
		l := &legs[i]
		r, err := l.node.eval.Route(l.from, l.to)
		if err != nil {
			panic("unreachable: a zone that was found is gone: " + err.Error())
		}
		l.route = r
	}
	return pair{from, to, legs}
}

// unfit is why nothing can be said about a family, empty where all can.
func (p *pair) unfit(f ir.Family) string {
	for _, l := range p.legs {
		if reason, at := l.route.Unfit(f); reason != "" {
			if !at.Span.IsZero() {
				reason += " (" + at.Span.String() + ")"
			}
			return fmt.Sprintf("on node %s: %s", l.node.Name, reason)
		}
	}
	return ""
}

// outcome is what becomes of the packets of a test on one pair.
type outcome struct {
	asked                    packet.Set // all packets of the test
	passed, dropped, refused packet.Set
}

// decide sends all packets that the clauses leave along the pair.
func (p *pair) decide(cut *packet.Cutter, f ir.Family, what clauses, visit func(packet.Met)) outcome {
	needs := append(what.needs(), packet.Unanswered(f)...)
	for _, l := range p.legs {
		needs = append(needs, l.route.Matches(f)...)
	}
	u, _ := cut.Cut(needs)
	out := outcome{asked: what.set(u), dropped: u.None(), refused: u.None()}
	out.passed = out.asked
	for _, l := range p.legs {
		fates := l.route.Decide(u, out.passed, visit)
		silent := fates.Rejected.Intersect(union(u, packet.Unanswered(f)))
		out.passed = fates.Passed
		out.dropped = out.dropped.Union(fates.Dropped).Union(silent)
		out.refused = out.refused.Union(fates.Rejected.Minus(silent))
	}
	return out
}

// as are the packets that are treated as a test of a kind says, and those that are
// not. The sets tell of each packet by the interface and the mark that it has.
func (o *outcome) as(k Kind) (right, wrong packet.Set) {
	switch k {
	case Allow:
		return o.passed, o.dropped.Union(o.refused)
	case Reject:
		return o.refused, o.passed.Union(o.dropped)
	}
	return o.dropped.Union(o.refused), o.passed
}

// walk sends one packet along the pair; nil where no query can say what it is.
func (p *pair) walk(sample *packet.Packet) (*Example, error) {
	example := &Example{}
	for i, l := range p.legs {
		q, ok := sample.Query(l.from, l.to)
		if !ok {
			return nil, nil
		}
		if i > 0 {
			q.MAC = ""
		}
		res, err := l.node.eval.Walk(q)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			example.Query = q
		}
		example.Node, example.Verdict = l.node.Name, res.Verdict
		example.Path = append(example.Path, res.Path...)
		if res.Verdict != packet.Accepted {
			break
		}
	}
	example.Query.From, example.Query.To = p.from.name, p.to.name
	return example, nil
}

// agrees reports whether a verdict of the walk is one that a kind of test asks for.
func (k Kind) agrees(verdict string) bool {
	switch k {
	case Allow:
		return verdict == packet.Accepted
	case Reject:
		return verdict == packet.Rejected
	}
	return verdict == packet.Dropped || verdict == packet.Rejected
}

// confirmed walks a packet that the sets give a fate, and refuses one that the
// walk gives another.
func (p *pair) confirmed(sample *packet.Packet, k Kind, so bool) (*Example, string) {
	e, err := p.walk(sample)
	switch {
	case err != nil:
		return nil, "a packet cannot be followed: " + diag.Visible(err.Error())
	case e != nil && k.agrees(e.Verdict) != so:
		return nil, fmt.Sprintf("sets and walk disagree about a packet from %s to %s; please report it", p.from.name, p.to.name)
	}
	return e, ""
}
