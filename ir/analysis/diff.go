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

// Class says how what passes afterwards relates to what passed before: all of it
// and more, a part of it, neither, or nothing changed at all.
type Class uint8

// The classes. Where other packets get the answer of a refusal, or go through
// intrusion prevention, but the same ones pass, lists are incomparable: nothing
// changed for who gets in, and yet they are not equal. Beside packets that newly
// pass, or no longer do, such changes do not count. Logging never counts.
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
	Log     *ir.Log  // nil where nothing is logged
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

// sameLog reports whether the same is logged about packets.
func (f *Fate) sameLog(g *Fate) bool {
	return f.Logged == g.Logged && (f.Log == nil || g.Log == nil || f.Log.Level == g.Log.Level)
}

// Change is packets to which a list does another thing than before.
type Change struct {
	Was, Is Fate
	OnlyLog bool // the verdict is the same

	// Silent is set with Differ.Answers for packets whose Reject is a Drop, because
	// they get no answer; Was and Is then say Drop.
	Silent bool

	universe *packet.Universe
	products []packet.Product // disjoint
}

// Effect says what a change of the verdict does.
type Effect uint8

// The effects.
const (
	NoEffect Effect = iota // only logging differs
	Opens                  // what was refused passes
	Closes                 // what passed is refused
	Answers                // a drop has become a reject, or the other way round
	Inspects               // what passes takes another way through intrusion prevention
)

// String is log, opens, closes, answers or inspects.
func (e Effect) String() string {
	return [...]string{"log", "opens", "closes", "answers", "inspects"}[e]
}

// Effect is what the change does to its packets.
func (c *Change) Effect() Effect {
	switch was, is := c.Was.passes(), c.Is.passes(); {
	case c.OnlyLog:
		return NoEffect
	case is && !was:
		return Opens
	case was && !is:
		return Closes
	case was:
		return Inspects
	}
	return Answers
}

// Packets is the set of the packets.
func (c *Change) Packets() packet.Set { return c.universe.Union(c.products) }

// Witness is one of the packets, as ordinary as possible.
func (c *Change) Witness() *packet.Packet {
	p, _ := c.universe.SampleOf(c.products)
	return p
}

// Boxes cuts the packets into disjoint boxes, at most limit, and tells whether
// these are all.
func (c *Change) Boxes(limit int) ([]packet.Box, bool) { return c.universe.Boxes(c.products, limit) }

// UsualBoxes is Boxes for the first packets of ordinary connections, of which there
// may be none; see packet.Universe.UsualBoxes.
func (c *Change) UsualBoxes(limit int) ([]packet.Box, bool) {
	return c.universe.UsualBoxes(c.products, limit)
}

// Boxes is Change.Boxes for several changes of one Difference.
func Boxes(list []*Change, limit int) ([]packet.Box, bool) {
	return list[0].universe.Boxes(productsOf(list), limit)
}

// UsualBoxes is Change.UsualBoxes for several changes of one Difference.
func UsualBoxes(list []*Change, limit int) ([]packet.Box, bool) {
	return list[0].universe.UsualBoxes(productsOf(list), limit)
}

func productsOf(list []*Change) []packet.Product {
	var all []packet.Product
	for _, c := range list {
		all = append(all, c.products...)
	}
	return all
}

// Differ compares lists. It keeps what it read, so one Differ for many lists is
// fast. It is not for concurrent use.
type Differ struct {
	Work int // steps for each pair; 0 stands for DefaultWork

	// Answers asks for what senders notice: a Reject of packets that get no answer,
	// ICMP and those of more than one station, is a Drop.
	Answers bool

	spent         int // steps of all pairs
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
	var unanswered []*ir.Match // reference/pve-firewall §6.6
	if d.Answers {
		unanswered = packet.Unanswered(f)
	}
	c := newComparison(a.near(changed), b.near(changed), d.cutters[f], work, unanswered)
	if c == nil {
		d.spent += work
		return Difference{Class: Incomparable, Unknown: true}
	}
	out := c.run()
	d.spent += work - c.work
	return out
}

// classify sums the changes up.
func (d *Difference) classify() {
	var t Tally
	for i := range d.Changes {
		t.Add(d.Changes[i].Effect())
	}
	d.Class = t.Class()
	if d.Unknown {
		d.Class = Incomparable
	}
}

// Tally gathers the effects of changes.
type Tally struct{ seen [Inspects + 1]bool }

// Add notes an effect.
func (t *Tally) Add(e Effect) { t.seen[e] = true }

// Has reports whether an effect was noted.
func (t *Tally) Has(e Effect) bool { return t.seen[e] }

// Class is what the effects come to.
func (t *Tally) Class() Class {
	switch {
	case t.seen[Opens] && t.seen[Closes]:
		return Incomparable
	case t.seen[Opens]:
		return Wider
	case t.seen[Closes]:
		return Narrower
	case t.seen[Answers], t.seen[Inspects]:
		return Incomparable
	}
	return Equal
}
