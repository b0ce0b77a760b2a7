package analysis

import (
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// Difference is what a change of a list does to packets.
type Difference struct {
	Class   Class
	Changes []Change // disjoint; ordered by the rules that decided before
	Unknown bool     // the work did not suffice: there may be more changes
}

// Class says how what passes afterwards relates to what passed before.
type Class uint8

// The classes. A packet that is rejected now and was dropped before makes lists
// incomparable, as both refuse it, but not alike. Logging does not count.
const (
	Equal Class = iota
	Wider
	Narrower
	Incomparable
)

// String is equal, wider, narrower or incomparable.
func (c Class) String() string { return [...]string{"equal", "wider", "narrower", "incomparable"}[c] }

// Fate is what a list does to packets and which of its rules does it.
type Fate struct {
	Decided bool // false: they fall off the end, or the list is not in force
	Verdict ir.Verdict
	Logged  bool
	Node    ir.Node  // *ir.Rule or *ir.Builtin that decides
	Rule    *ir.Rule // Node itself, or one that Node expands to
	Within  *ir.Call // the outermost group that holds Node
}

// passes reports whether the packets go on.
func (f *Fate) passes() bool { return !f.Decided || f.Verdict.Kind == ir.Accept }

// sameVerdict reports whether packets notice no difference.
func (f *Fate) sameVerdict(g *Fate) bool {
	return f.Decided == g.Decided && (!f.Decided || f.Verdict.Kind == g.Verdict.Kind && sameQueue(f.Verdict.Queue, g.Verdict.Queue))
}

// Change is packets to which a list does another thing than before.
type Change struct {
	Was, Is Fate
	OnlyLog bool // the verdict is the same

	universe *packet.Universe
	products []packet.Product // disjoint
}

// Packets is the set of the packets.
func (c *Change) Packets() packet.Set { return c.universe.Union(c.products) }

// Witness is one of the packets, as ordinary as possible.
func (c *Change) Witness() *packet.Packet {
	p, _ := c.universe.Union(c.products[:1]).Sample()
	return p
}

// Differ compares lists. It keeps what it read, so one Differ for many lists is
// fast. It is not for concurrent use.
type Differ struct {
	Work          int // steps for each pair; 0 stands for DefaultWork
	cutters       [2]*packet.Cutter
	before, after writer
}

// Diff compares two chains in one family; see Differ.Chains.
func Diff(before, after *ir.Chain, f ir.Family) Difference {
	return (&Differ{}).Chains(before, after, f)
}

// Chains tells for which packets two chains differ in one family. A chain that
// is not in force decides nothing. It looks only at packets that a changed rule
// matches, so that the cost depends on the change, not on the lists.
func (d *Differ) Chains(before, after *ir.Chain, f ir.Family) Difference {
	return d.Lists(before.Live(f), after.Live(f), directionOf(before, after), f)
}

func directionOf(chains ...*ir.Chain) ir.Direction {
	for _, c := range chains {
		if c != nil {
			return c.Dir
		}
	}
	return ir.In
}

// Lists is Chains for nodes of lists of one direction.
func (d *Differ) Lists(before, after []ir.Node, dir ir.Direction, f ir.Family) Difference {
	a, b := d.before.read(flatten(before, dir, f, nil)), d.after.read(flatten(after, dir, f, nil))
	changed := a.mark(b)
	if len(changed) == 0 {
		return Difference{}
	}
	if d.cutters[f] == nil {
		d.cutters[f] = packet.NewCutter(f)
	}
	work := d.Work
	if work <= 0 {
		work = DefaultWork
	}
	c := newComparison(a.near(changed), b.near(changed), d.cutters[f], work)
	if c == nil {
		return Difference{Class: Incomparable, Unknown: true}
	}
	return c.run()
}

// classify sums the changes up.
func (d *Difference) classify() {
	wider, narrower, other := false, false, false
	for i := range d.Changes {
		c := &d.Changes[i]
		switch was, is := c.Was.passes(), c.Is.passes(); {
		case c.OnlyLog:
		case is && !was:
			wider = true
		case was && !is:
			narrower = true
		default:
			other = true
		}
	}
	switch {
	case d.Unknown, other, wider && narrower:
		d.Class = Incomparable
	case wider:
		d.Class = Wider
	case narrower:
		d.Class = Narrower
	}
}
