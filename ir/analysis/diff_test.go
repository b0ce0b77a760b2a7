package analysis

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

func chainOf(nodes []ir.Node) *ir.Chain {
	whole := ir.Whole(len(nodes))
	return &ir.Chain{Nodes: nodes, Build: [2]ir.Build{whole, whole}}
}

// mutated changes one or two places of a list: deletes, inserts, swaps, replaces,
// or gives a rule another verdict or log.
func (d tiny) mutated(nodes []ir.Node, fresh func() *ir.Rule) []ir.Node {
	list := slices.Clone(nodes)
	for range 1 + d.IntN(2) {
		i, j := d.IntN(len(list)), d.IntN(len(list))
		switch d.IntN(5) {
		case 0:
			if len(list) > 1 {
				list = slices.Delete(list, i, i+1)
			}
		case 1:
			list = slices.Insert(list, i, ir.Node(fresh()))
		case 2:
			list[i], list[j] = list[j], list[i]
		case 3:
			list[i] = fresh()
		default:
			if r, ok := list[i].(*ir.Rule); ok {
				other := *r
				other.Verdict.Kind = (r.Verdict.Kind + 1) % 3
				if d.IntN(3) == 0 {
					other.Verdict.Kind, other.Log = r.Verdict.Kind, &ir.Log{Level: 3}
				}
				list[i] = &other
			}
		}
	}
	return list
}

// fateOf is what the interpreter says.
func fateOf(d packet.Decision) Fate {
	f := Fate{Decided: d.Decided, Verdict: d.Verdict, Node: d.Node, Rule: d.Rule, Within: d.Within}
	if d.Rule != nil && d.Rule.Log != nil {
		f.Logged, f.Log = true, d.Rule.Log
	}
	return f
}

// checkDiff compares a difference with the fates of single packets, and returns
// how many of these changed.
func checkDiff(t *testing.T, seed uint64, before, after []ir.Node, points []*packet.Packet, f ir.Family) int {
	t.Helper()
	was, is := chainOf(before), chainOf(after)
	diff := Diff(was, is, f)
	if diff.Unknown {
		t.Fatalf("list %d: unknown", seed)
	}
	e, changed := packet.NewEvaluator(&ir.Policy{}), 0
	for _, p := range points {
		x, y := fateOf(e.Chain(was, clonePacket(p))), fateOf(e.Chain(is, clonePacket(p)))
		var in []*Change
		for i := range diff.Changes {
			if diff.Changes[i].Packets().Contains(p) != packet.No {
				in = append(in, &diff.Changes[i])
			}
		}
		same := x.sameVerdict(&y) && x.sameLog(&y)
		switch {
		case same && len(in) != 0, !same && len(in) != 1:
			t.Fatalf("list %d: %+v is in %d changes; %v becomes %v", seed, p, len(in), x, y)
		case !same && (in[0].Was.Node != x.Node || in[0].Is.Node != y.Node || in[0].OnlyLog != x.sameVerdict(&y)):
			t.Fatalf("list %d: %+v: %v becomes %v, change says %v, %v", seed, p, x, y, in[0].Was, in[0].Is)
		case !same:
			changed++
		}
	}
	checkWitnesses(t, seed, e, was, is, &diff)
	return changed
}

func clonePacket(p *packet.Packet) *packet.Packet { c := *p; return &c }

func checkWitnesses(t *testing.T, seed uint64, e *packet.Evaluator, was, is *ir.Chain, diff *Difference) {
	t.Helper()
	wider, narrower, other := false, false, false
	for i := range diff.Changes {
		c := &diff.Changes[i]
		w := c.Witness()
		x, y := fateOf(e.Chain(was, clonePacket(w))), fateOf(e.Chain(is, clonePacket(w)))
		if x.Node != c.Was.Node || y.Node != c.Is.Node {
			t.Fatalf("list %d: the witness %+v is decided by other rules", seed, w)
		}
		if x.sameVerdict(&y) {
			continue
		}
		wider = wider || !x.passes() && y.passes()
		narrower = narrower || x.passes() && !y.passes()
		other = other || x.passes() == y.passes()
	}
	want := Equal
	switch {
	case wider && narrower:
		want = Incomparable
	case wider:
		want = Wider
	case narrower:
		want = Narrower
	case other:
		want = Incomparable
	}
	if diff.Class != want {
		t.Fatalf("list %d: class %s, want %s", seed, diff.Class, want)
	}
}

func TestDiffEqualsBruteForce(t *testing.T) {
	changed, classes := 0, map[Class]int{}
	for seed := range uint64(500) {
		d := tiny{rand.New(rand.NewPCG(seed, 11))}
		before := d.list()
		after := d.mutated(before, d.rule)
		changed += checkDiff(t, seed, before, after, d.packets(), ir.V4)
		classes[Diff(chainOf(before), chainOf(after), ir.V4).Class]++
	}
	if changed < 1000 || len(classes) < 4 {
		t.Errorf("%d packets changed, classes %v", changed, classes)
	}
}

// Lists with groups, built-ins and marks, in both families: the changes are where
// the decisions about all packets differ.
func TestDiffEqualsDecide(t *testing.T) {
	for seed := range uint64(150) {
		for _, f := range families {
			c := newCluster(seed)
			d := tiny{c.Rand}
			before := c.anyNodes(f)
			after := d.mutated(before, func() *ir.Rule { return c.rule(f) })
			u := packet.NewUniverse(f, packet.ListMatches(f, ir.In, append(slices.Clone(before), after...))...)
			x, y := u.Decide(before, ir.In, nil), u.Decide(after, ir.In, nil)
			got := u.None()
			diff := Diff(chainOf(before), chainOf(after), f)
			for i := range diff.Changes {
				if !diff.Changes[i].OnlyLog {
					got = got.Union(diff.Changes[i].Packets())
				}
			}
			want := x.Accept.Minus(y.Accept).Union(y.Accept.Minus(x.Accept)).Union(x.Drop.Minus(y.Drop)).Union(y.Drop.Minus(x.Drop)).
				Union(x.Reject.Minus(y.Reject)).Union(y.Reject.Minus(x.Reject))
			if diff.Unknown || got.Equal(want) != packet.Yes {
				t.Fatalf("seed %d %s: the changes are not what changed", seed, f)
			}
		}
	}
}

func TestDiffOfEqualLists(t *testing.T) {
	for _, f := range families {
		rules := asNodes(newCluster(3).rules(f, 50))
		again := asNodes(newCluster(3).rules(f, 50))
		if d := Diff(chainOf(rules), chainOf(again), f); d.Class != Equal || len(d.Changes) > 0 {
			t.Errorf("%s: %s, %d changes", f, d.Class, len(d.Changes))
		}
	}
	if d := Diff(nil, nil, ir.V4); d.Class != Equal {
		t.Error("two missing chains differ")
	}
	drop := []ir.Node{&ir.Rule{Families: ir.Both, Verdict: ir.Verdict{Kind: ir.Drop}}}
	if d := Diff(chainOf(drop), nil, ir.V6); d.Class != Wider || d.Changes[0].Packets().Complement().Empty() != packet.Yes {
		t.Errorf("switching a chain off: %s", d.Class)
	}
}

// Invariant: what the work does not suffice for is never called equal.
func TestDiffSaysUnknown(t *testing.T) {
	c := newCluster(5)
	before := asNodes(c.rules(ir.V4, 60))
	after := slices.Concat(asNodes(c.rules(ir.V4, 10)), before)
	if d := (&Differ{Work: 50}).Lists(before, after, ir.In, ir.V4); !d.Unknown || d.Class == Equal {
		t.Errorf("unknown %v, class %s", d.Unknown, d.Class)
	}
}
