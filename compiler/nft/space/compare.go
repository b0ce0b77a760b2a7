package space

import (
	"maps"
	"slices"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/packet"
)

// Compare finds the packets that two programs treat differently. Either may be read from
// a kernel; a chain whose Rules nobody read counts as the other program's of the same
// Hash, and one of another Hash makes everything that meets it unknown. Hashes are taken
// at their word: whoever reads a kernel clears those of chains that were changed by hand.
// Only endpoints and packets that a change concerns are looked at. As for Prove, frames are to single stations;
// what br_netfilter shows of bridged packets to the hooks of routed ones counts as
// forwarded. Zero fields of the budget stand for defaults.
func Compare(before, after *nft.Program, b analysis.Budget) *Comparison {
	c := newComparing(read(before), read(after), b)
	names, all := c.suspects()
	for _, e := range c.endpoints() {
		if e.port != nil && !all && !e.port.suspected(names) {
			c.out.Compared, c.out.Alike = c.out.Compared+2, c.out.Alike+2
			continue
		}
		for f := ir.V4; f <= ir.V6; f++ {
			c.endpoint(&e, f)
		}
	}
	c.out.Beyond = c.beyond()
	return &c.out
}

// The defaults of a budget: about a second for each, half a minute for all.
const defaultTotal = 1 << 28

// comparing is one run.
type comparing struct {
	*changed
	budget  analysis.Budget
	cutters [2]*packet.Cutter
	marks   bool // a rule of the node asks what guests were allowed to send
	met     map[Part]bool
	out     Comparison
}

func newComparing(before, after *reading, b analysis.Budget) *comparing {
	if b.Each <= 0 {
		b.Each = packet.DefaultWork
	}
	if b.Total <= 0 {
		b.Total = defaultTotal
	}
	before.other, after.other = after, before
	return &comparing{changed: newChanged(before, after), budget: b, marks: before.asksForMark() || after.asksForMark(),
		cutters: [2]*packet.Cutter{packet.NewCutter(ir.V4), packet.NewCutter(ir.V6)}, met: map[Part]bool{}}
}

// endpoint compares the packets of one family on all ways of an endpoint.
func (c *comparing) endpoint(e *endpoint, f ir.Family) {
	c.out.Compared++
	ways := e.ways()
	if !slices.ContainsFunc(ways, func(w way) bool { return c.changed.way(&w, f) }) {
		c.out.Alike++
		return
	}
	d := &difference{comparing: c, change: EndpointChange{Endpoint: e.name, Direction: e.dir, Family: f}}
	if e.port != nil {
		d.change.Presence = e.port.presence
	}
	for i := range ways {
		d.way(&ways[i])
	}
	d.close()
}

// difference is the work on one endpoint, direction and family.
type difference struct {
	*comparing
	universe *packet.Universe
	seen     []packet.Set // what differs on the ways so far
	change   EndpointChange
}

// way compares both programs on one way.
func (d *difference) way(w *way) {
	f := d.change.Family
	var asked [2]*asking
	for i := range d.sides {
		asked[i] = d.sides[i].ask(f, w)
		maps.Copy(d.met, asked[i].met)
	}
	work := min(d.budget.Each, d.budget.Total)
	if work <= 0 {
		d.change.Unknown = true
		return
	}
	u, _ := d.cutters[f].Cut(complete(slices.Concat([]*ir.Match{&accepted}, loopback, silent[f]), asked[:]...))
	u.SetWork(work)
	d.universe = u
	packets := u.All()
	if w.lead > 0 {
		packets = packets.Minus(union(u, loopback))
	}
	d.sets(asked, packets)
	d.budget.Total -= work - u.Work()
}

// sets compares what becomes of packets, of those that both programs let past the lead and
// that the change can concern.
func (d *difference) sets(asked [2]*asking, packets packet.Set) {
	var runs [2]*deciding
	var flows [2]flow
	for i, a := range asked {
		runs[i] = a.begin(d.universe)
		runs[i].marks = d.marks
		flows[i] = runs[i].lead(packets)
	}
	both := flows[0].all(d.universe).Intersect(flows[1].all(d.universe)).Intersect(d.affected(asked))
	was, is := runs[0].rest(flows[0].within(both)), runs[1].rest(flows[1].within(both))
	d.outcomes(was, is)
	d.effects(was, is)
}

func (d *difference) outcomes(was, is *fates) {
	if was.lost.Union(is.lost).Empty() != packet.Yes {
		d.change.Unknown = true
	}
	rest := differing(d.universe, was, is)
	for _, s := range d.seen {
		rest = rest.Minus(s)
	}
	if rest.Empty() == packet.Yes {
		return
	}
	d.seen = append(d.seen, rest)
	for _, a := range was.hits {
		mine := a.packets.Intersect(rest)
		for i := 0; i < len(is.hits) && mine.Empty() != packet.Yes; i++ {
			if b := &is.hits[i]; a.Outcome != b.Outcome {
				rest = rest.Minus(d.add(&a, b, mine.Intersect(b.packets)))
			}
		}
	}
	if rest.Empty() != packet.Yes { // of some packets nobody knows whether they differ, or by which rules
		d.change.Unknown = true
	}
}

// add notes packets with both fates, and returns them: those of which that is certain.
func (d *difference) add(a, b *hit, s packet.Set) packet.Set {
	s = s.Lower()
	if s.Empty() == packet.Yes {
		return s
	}
	one := Change{Was: Fate{a.Outcome, a.by}, Is: Fate{b.Outcome, b.by}, Packets: s}
	for i := range d.change.Changes {
		if known := &d.change.Changes[i]; known.Was.like(one.Was) && known.Is.like(one.Is) {
			known.Packets = known.Packets.Union(s)
			return s
		}
	}
	d.change.Changes = append(d.change.Changes, one)
	return s
}

func (f Fate) like(g Fate) bool {
	return f.Outcome == g.Outcome && (f.Rule == g.Rule || f.Rule != nil && g.Rule != nil && f.Rule.Rule == g.Rule.Rule)
}

func (d *difference) effects(was, is *fates) {
	for _, what := range allEffects(was, is) {
		a, b := was.effect(what, d.universe), is.effect(what, d.universe)
		d.effect(Effect{What: what, Gone: true, Packets: a.Minus(b).Minus(is.lost)})
		d.effect(Effect{What: what, Packets: b.Minus(a).Minus(was.lost)})
	}
}

// effect notes an effect that is not known from another way.
func (d *difference) effect(e Effect) {
	if e.Packets.Empty() == packet.Unknown {
		d.change.Unknown = true
	}
	for i := range d.change.Effects {
		if known := &d.change.Effects[i]; known.What == e.What && known.Gone == e.Gone {
			known.Packets = known.Packets.Union(e.Packets.Lower())
			return
		}
	}
	if e.Packets.Empty() == packet.No {
		e.Packets = e.Packets.Lower()
		d.change.Effects = append(d.change.Effects, e)
	}
}

// close sums up and keeps what differs.
func (d *difference) close() {
	e := &d.change
	var t analysis.Tally
	for i := range e.Changes {
		t.Add(e.Changes[i].Effect())
		d.out.tally.Add(e.Changes[i].Effect())
	}
	e.Class = t.Class()
	if e.Unknown {
		e.Class = analysis.Incomparable
		d.out.Unknown++
	}
	switch {
	case !e.Unknown && len(e.Changes)+len(e.Effects) == 0:
	case len(d.out.Endpoints) == MostEndpoints:
		d.out.More++
	default:
		d.out.Endpoints = append(d.out.Endpoints, *e)
	}
}
