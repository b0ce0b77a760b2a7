package packet

import (
	"fmt"

	"github.com/pvefw/pvefw/ir"
)

// Decisions tells for every packet of a family what a list says about it. The
// sets are disjoint and hold all packets together. Where the work did not
// suffice they are inexact, and their bounds still right.
type Decisions struct {
	Accept, Drop, Reject Set
	Through              Set // fell off the end
}

// DecideChain is Evaluator.Chain for all packets at once, in a universe of its
// own. The Marked of a packet is the one it comes with.
func DecideChain(c *ir.Chain, f ir.Family) Decisions {
	if c == nil {
		return NewUniverse(f).Decide(nil, ir.In, nil)
	}
	nodes := c.Live(f)
	return NewUniverse(f, ListMatches(f, c.Dir, nodes)...).Decide(nodes, c.Dir, nil)
}

// DecideFrame is Evaluator.Frame for all packets at once.
func DecideFrame(b *ir.Body, f ir.Family) Decisions {
	if b == nil || !b.Build[f].Hooked {
		return NewUniverse(f).Decide(nil, ir.In, nil)
	}
	nodes := made(b, f)
	return NewUniverse(f, ListMatches(f, b.Dir, nodes)...).Decide(nodes, b.Dir, nil)
}

// Hit is one rule and the packets that it decides: those that match it and none
// before it.
type Hit struct {
	Node   ir.Node  // *ir.Rule or *ir.Builtin
	Rule   *ir.Rule // Node itself, or one that Node expands to
	Within *ir.Call // the outermost group that holds Node; nil outside groups
	// Verdict is what the packets get: the rule's, or that of the call where a group accepts.
	Verdict ir.Verdict
	Packets Set
}

// Decide decides all packets by a list of direction d in the order of its nodes.
// It tells visit, unless nil, each rule with the packets that it decides; of
// rules that decide nothing only those whose set is inexact are told.
func (u *Universe) Decide(nodes []ir.Node, d ir.Direction, visit func(Hit)) Decisions {
	t := &tally{universe: u, dir: d, visit: visit, as: u.All(), cleared: u.None()}
	for i := range t.verdicts {
		t.verdicts[i] = u.None()
	}
	t.list(nodes)
	return Decisions{Accept: t.verdicts[ir.Accept], Drop: t.verdicts[ir.Drop], Reject: t.verdicts[ir.Reject],
		Through: t.as.Union(t.cleared)}
}

// tally is all packets on their way through one list and the groups it calls.
type tally struct {
	universe *Universe
	dir      ir.Direction
	visit    func(Hit)
	within   []*ir.Call

	// The undecided packets: those that carry the mark they came with, and
	// those whose mark was cleared on the way. Disjoint.
	as, cleared Set

	verdicts [ir.Leave + 1]Set
}

func (t *tally) list(nodes []ir.Node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *ir.Rule:
			if n.Families.Has(t.universe.family) {
				t.rule(n, n)
			}
		case *ir.Builtin:
			t.builtin(n)
		case *ir.Call:
			t.call(n)
		case *ir.Skipped:
		default:
			panic(fmt.Sprintf("unreachable: %T", n))
		}
	}
}

// take removes the undecided packets that a match takes and returns them, by the
// mark they carry.
func (t *tally) take(m *ir.Match) (as, cleared Set) {
	matching := t.universe.Match(m)
	as = t.as.Intersect(matching)
	t.as = t.as.Minus(matching)
	if m.AcceptedBySender {
		return as, t.universe.None()
	}
	cleared = t.cleared.Intersect(matching)
	t.cleared = t.cleared.Minus(matching)
	return as, cleared
}

func (t *tally) rule(n ir.Node, r *ir.Rule) {
	as, cleared := t.take(&r.Match)
	packets := as.Union(cleared)
	if packets.Empty() == Yes {
		return
	}
	verdict := r.Verdict
	for i := len(t.within) - 1; i >= 0 && verdict.Kind == ir.Accept; i-- {
		verdict = t.within[i].Verdict
	}
	t.verdicts[verdict.Kind] = t.verdicts[verdict.Kind].Union(packets)
	if t.visit == nil {
		return
	}
	hit := Hit{Node: n, Rule: r, Verdict: verdict, Packets: packets}
	if len(t.within) > 0 {
		hit.Within = t.within[0]
	}
	t.visit(hit)
}

// builtin decides by the rules of a built-in; those that leave it come back when
// it is through.
func (t *tally) builtin(b *ir.Builtin) {
	if b.Kind == ir.ClearMark && b.Families.Has(t.universe.family) {
		t.as, t.cleared = t.universe.None(), t.as.Union(t.cleared)
	}
	leftAs, leftCleared := t.universe.None(), t.universe.None()
	for _, r := range ir.Expand(b, t.universe.family) {
		if r.Verdict.Kind != ir.Leave {
			t.rule(b, r)
			continue
		}
		as, cleared := t.take(&r.Match)
		leftAs, leftCleared = leftAs.Union(as), leftCleared.Union(cleared)
	}
	t.as, t.cleared = t.as.Union(leftAs), t.cleared.Union(leftCleared)
}

// call sends what matches through a group, with the mark cleared; what the group
// does not decide comes back.
func (t *tally) call(c *ir.Call) {
	if !c.Families.Has(t.universe.family) || c.Group == nil {
		return
	}
	as, cleared := t.take(&c.Match)
	besideAs, besideCleared := t.as, t.cleared
	t.as, t.cleared = t.universe.None(), as.Union(cleared)
	t.within = append(t.within, c)
	t.list(made(c.Group.Body(t.dir), t.universe.family))
	t.within = t.within[:len(t.within)-1]
	t.as, t.cleared = besideAs, besideCleared.Union(t.cleared)
}
