package space

import (
	"maps"
	"slices"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/packet"
)

// Comparison is what two programs do differently with packets.
type Comparison struct {
	Endpoints []EndpointChange // those with a difference: the node, VNets, NICs, other ports
	Compared  int              // endpoints that either program knows, counted by direction and family
	Alike     int              // of them, those whose packets meet nothing that changed, so that none was looked at
	Unknown   int              // of them, those of which not everything could be told

	// Beyond are changed chains that no packet of an endpoint meets: those for what
	// guests send besides IP, and those that nothing leads to.
	Beyond []Place
}

// EndpointChange is the difference for one endpoint in one direction and family.
type EndpointChange struct {
	Endpoint  string // host, forward, vnet NAME, bridged, vm100/net0, or a port's name
	Direction ir.Direction
	Family    ir.Family
	Presence  analysis.Presence // Appears: only the second program names its port; Vanishes: only the first
	Class     analysis.Class
	Changes   []Change // disjoint; in the order of the first program's rules
	Effects   []Effect
	Unknown   bool // there may be more changes
}

// Change is packets that get another outcome.
type Change struct {
	Was, Is Fate
	Packets packet.Set
}

// Fate is an outcome and the rule that decides it; Rule is nil where nothing stops the
// packets.
type Fate struct {
	Outcome
	Rule *Rule
}

// Effect is something that happens to packets beside their verdict with one of the
// programs only.
type Effect struct {
	What    string // log TEXT, connmark N, helper NAME, drop above RATE
	Gone    bool   // with the first program
	Packets packet.Set
}

// Effect says what the change does to its packets. What passes as before, but by another
// queue or with another mark, is inspected otherwise.
func (c *Change) Effect() analysis.Effect {
	switch was, is := c.Was.passes(), c.Is.passes(); {
	case is && !was:
		return analysis.Opens
	case was && !is:
		return analysis.Closes
	case was:
		return analysis.Inspects
	}
	return analysis.Answers
}

// Witness is one of the packets, as ordinary as possible.
func (c *Change) Witness() *packet.Packet { return witness(c.Packets) }

// Witness is one of the packets, as ordinary as possible.
func (e *Effect) Witness() *packet.Packet { return witness(e.Packets) }

func witness(s packet.Set) *packet.Packet {
	if boxes, _ := s.UsualBoxes(1); len(boxes) > 0 {
		if p := boxes[0].Sample(); s.Contains(p) == packet.Yes {
			return p
		}
	}
	p, _ := s.Sample()
	return p
}

// Boxes cuts the packets into disjoint boxes, at most limit, and tells whether these are
// all.
func (c *Change) Boxes(limit int) ([]packet.Box, bool) { return c.Packets.Boxes(limit) }

// UsualBoxes is Boxes for the first packets of ordinary connections; see
// packet.Universe.UsualBoxes.
func (c *Change) UsualBoxes(limit int) ([]packet.Box, bool) { return c.Packets.UsualBoxes(limit) }

// Compare finds the packets that two programs treat differently. Either may be read from
// a kernel; a chain whose Rules nobody read counts as the other program's of the same
// Hash, and one of another Hash makes everything that meets it unknown. Hashes are taken
// at their word: whoever reads a kernel clears those of chains that were changed by hand.
// Only what a change concerns is looked at. Zero fields of the budget stand for defaults.
func Compare(before, after *nft.Program, b analysis.Budget) *Comparison {
	c := newComparing(read(before), read(after), b)
	for _, e := range c.endpoints() {
		for f := ir.V4; f <= ir.V6; f++ {
			c.endpoint(e, f)
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
	met     map[Place]bool
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
		cutters: [2]*packet.Cutter{packet.NewCutter(ir.V4), packet.NewCutter(ir.V6)}, met: map[Place]bool{}}
}

// endpoint compares the packets of one family on all ways of an endpoint.
func (c *comparing) endpoint(e endpoint, f ir.Family) {
	c.out.Compared++
	if !slices.ContainsFunc(e.ways, func(w way) bool { return c.way(&w, f) }) {
		c.out.Alike++
		return
	}
	d := &difference{comparing: c, change: EndpointChange{Endpoint: e.name, Direction: e.dir, Family: f, Presence: e.presence}}
	if c.budget.Total <= 0 {
		d.change.Unknown = true
	} else {
		d.run(e.ways)
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

func (d *difference) run(ways []way) {
	for i := range ways {
		matches := slices.Concat([]*ir.Match{&accepted}, loopback, silent[d.change.Family])
		var asked [2]*asking
		for side := range d.sides {
			a := d.sides[side].ask(d.change.Family, &ways[i])
			a.visit(func(p Place) { d.met[p] = true })
			matches, asked[side] = append(matches, a.matches...), a
		}
		d.universe, _ = d.cutters[d.change.Family].Cut(matches)
		work := max(0, min(d.budget.Each, d.budget.Total))
		d.universe.SetWork(work)
		start := d.universe.All()
		if ways[i].lead > 0 {
			start = start.Minus(union(d.universe, loopback))
		}
		d.way(asked, start)
		d.budget.Total -= work - d.universe.Work()
	}
}

// way compares both programs on one way. Of the packets, those come it that both let
// come.
func (d *difference) way(asked [2]*asking, packets packet.Set) {
	var runs [2]*deciding
	var flows [2]flow
	start := packets
	for i, a := range asked {
		runs[i] = a.begin(d.universe)
		runs[i].marks = d.marks
		flows[i] = runs[i].lead(packets)
		start = start.Intersect(flows[i].all(d.universe))
	}
	var sides [2]*fates
	for i, r := range runs {
		sides[i] = r.rest(flows[i].within(start))
	}
	d.outcomes(sides[0], sides[1])
	d.effects(sides[0], sides[1])
}

func (d *difference) outcomes(was, is *fates) {
	known := was.lost.Union(is.lost)
	if known.Empty() != packet.Yes {
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
	if !rest.Exact() {
		d.change.Unknown = true
	}
	for _, a := range was.hits {
		mine := a.packets.Intersect(rest)
		if mine.Empty() == packet.Yes {
			continue
		}
		for _, b := range is.hits {
			if a.Outcome != b.Outcome {
				d.add(a, b, mine.Intersect(b.packets))
			}
		}
	}
}

// add notes packets with both fates; those that may not differ are not told.
func (d *difference) add(a, b hit, s packet.Set) {
	if s.Empty() != packet.No {
		return
	}
	one := Change{Was: Fate{a.Outcome, a.by}, Is: Fate{b.Outcome, b.by}, Packets: s.Lower()}
	for i := range d.change.Changes {
		if known := &d.change.Changes[i]; known.Was.like(one.Was) && known.Is.like(one.Is) {
			known.Packets = known.Packets.Union(one.Packets)
			return
		}
	}
	d.change.Changes = append(d.change.Changes, one)
}

func (f Fate) like(g Fate) bool {
	return f.Outcome == g.Outcome && (f.Rule == g.Rule || f.Rule != nil && g.Rule != nil && f.Rule.Rule == g.Rule.Rule)
}

func (d *difference) effects(was, is *fates) {
	known := was.lost.Union(is.lost)
	for _, what := range slices.Sorted(maps.Keys(merged(was.effects, is.effects))) {
		a, b := orNone(was.effects, what, d.universe).Minus(known), orNone(is.effects, what, d.universe).Minus(known)
		d.effect(Effect{What: what, Gone: true, Packets: a.Minus(b)})
		d.effect(Effect{What: what, Packets: b.Minus(a)})
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
	}
	e.Class = t.Class()
	if e.Unknown {
		e.Class = analysis.Incomparable
		d.out.Unknown++
	}
	if e.Unknown || len(e.Changes)+len(e.Effects) > 0 {
		d.out.Endpoints = append(d.out.Endpoints, *e)
	}
}
