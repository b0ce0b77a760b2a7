package packet

import "github.com/pvefw/pvefw/ir"

// Route is the way that packets of a query's two ends take through one node: the
// lists that Evaluator.Walk sends a single packet through, for all packets at
// once. The packets of Decide carry no accept mark and no interface of their own.
type Route struct {
	From, To string       // the zones by their full names
	Sender   *ir.Endpoint // the guest's NIC that sends; nil for the host and for stations
	Receiver *ir.Endpoint // likewise
	policy   *ir.Policy
	stages   []stage
}

// stage is a side of an endpoint: frames, and the chain that decides about what
// they let go on.
type stage struct {
	name     string // as in Step.Chain
	frames   []*ir.Body
	endpoint *ir.Endpoint
	chain    *ir.Chain
	device   *ir.Match // the host's interface; nil for guests
	marks    bool      // a guest sends: what its chain accepts is marked
}

// Met is a rule on a route with the packets of the route that it decides.
type Met struct {
	Chain string // as in Step.Chain
	Hit
}

// Fates are what becomes of packets on a route; the sets hold them all together.
type Fates struct {
	Passed, Dropped Set
	Rejected        Set // by a rule; senders of Unanswered packets notice a drop
}

// Route finds the way between two zones. The error is that of Walk.
func (e *Evaluator) Route(from, to string) (*Route, error) {
	a, err := e.zone(from)
	if err != nil {
		return nil, err
	}
	b, err := e.zone(to)
	if err != nil {
		return nil, err
	}
	r := &Route{From: a.name, To: b.name, Sender: a.nic, Receiver: b.nic, policy: e.policy}
	if e.policy.Off || e.policy.Fatal != nil {
		return r, nil
	}
	r.leave(a, b)
	if !a.host && !b.host {
		r.through(a, b)
	}
	r.arrive(a, b)
	return r, nil
}

func (r *Route) leave(from, to zone) {
	switch {
	case from.host:
		r.add(stage{name: "host OUT", endpoint: r.policy.Host, device: &ir.Match{Out: device(to)}}, ir.Out)
	case from.plugged():
		r.add(stage{name: from.nic.Name + " OUT", endpoint: from.nic, frames: []*ir.Body{r.policy.Forward}, marks: true}, ir.Out)
	}
}

func (r *Route) arrive(from, to zone) {
	switch {
	case to.host:
		r.add(stage{name: "host IN", endpoint: r.policy.Host, device: &ir.Match{In: device(from)}}, ir.In)
	case to.plugged():
		r.add(stage{name: to.nic.Name + " IN", endpoint: to.nic, frames: []*ir.Body{r.policy.Forward, r.policy.BridgeIn}}, ir.In)
	}
}

func (r *Route) add(s stage, d ir.Direction) {
	s.chain = chainOf(s.endpoint, d)
	r.stages = append(r.stages, s)
}

// Unfit is why nobody can say what the node does in a family: its rules cannot be
// made, or the kernel would refuse them. The reason is empty where it can be said.
func (r *Route) Unfit(f ir.Family) (reason string, at ir.Origin) {
	if fatal := r.policy.Fatal; fatal != nil {
		return fatal.Reason, fatal.Origin
	}
	for _, refusal := range r.policy.Refusals {
		if !r.policy.Off && refuses(refusal.Carrier, f) {
			return refusal.Reason, refusal.Origin
		}
	}
	return "", ir.Origin{}
}

// Matches are what a universe must be made for, so that Decide need not cut anew.
func (r *Route) Matches(f ir.Family) []*ir.Match {
	list := []*ir.Match{}
	for _, s := range r.stages {
		for _, b := range s.frames {
			list = append(list, ListMatches(f, ir.In, hooked(b, f))...)
		}
		if s.device != nil {
			list = append(list, s.device)
		}
		if s.chain != nil {
			list = append(list, ListMatches(f, s.chain.Dir, s.chain.Live(f))...)
		}
	}
	return list
}

func hooked(b *ir.Body, f ir.Family) []ir.Node {
	if b == nil || !b.Build[f].Hooked {
		return nil
	}
	return made(b, f)
}

// Unanswered are the packets that nobody answers when they are rejected.
func Unanswered(f ir.Family) []*ir.Match {
	list := []*ir.Match{{Proto: &ir.Proto{Number: ownICMP(f)}}, {SrcType: ir.Multicast}, {DstType: ir.Multicast}}
	if f == ir.V4 {
		list = append(list, &ir.Match{SrcType: ir.Broadcast}, &ir.Match{DstType: ir.Broadcast})
	}
	return list
}

// Decide sends packets along the route and tells visit, unless nil, each rule that
// decides some of them.
func (r *Route) Decide(u *Universe, packets Set, visit func(Met)) Fates {
	t := &travel{universe: u, live: packets, marked: u.None(), visit: visit,
		fates: Fates{Passed: u.None(), Dropped: u.None(), Rejected: u.None()}}
	t.asked = asksForMark(r.Matches(u.family))
	for i := range r.stages {
		t.stage(&r.stages[i])
	}
	t.fates.Passed = t.live
	return t.fates
}

func asksForMark(list []*ir.Match) *ir.Match {
	for _, m := range list {
		if m.AcceptedBySender {
			return &ir.Match{AcceptedBySender: true}
		}
	}
	return nil
}

// travel is all packets on their way.
type travel struct {
	universe     *Universe
	live, marked Set       // those that nothing stopped, and of them those that carry the mark
	asked        *ir.Match // the mark, if a list asks for it
	visit        func(Met)
	fates        Fates
}

func (t *travel) stage(s *stage) {
	rest, through := t.live, t.universe.None()
	for _, b := range s.frames {
		if b == nil {
			continue
		}
		d := t.list(b.Name, hooked(b, t.universe.family), b.Dir, rest, nil)
		through, rest = through.Union(d.Accept), d.Through
	}
	if s.chain.Filtered(t.universe.family) {
		rest = t.bind(s, rest)
		var marked func(Met)
		if s.marks {
			marked = t.mark
		}
		d := t.list(s.name, s.chain.Live(t.universe.family), s.chain.Dir, rest, marked)
		rest = d.Accept.Union(d.Through)
	}
	t.live = through.Union(rest)
}

// bind gives packets the interface and the mark with which they meet a chain. A
// guest's own chain asks for neither, and comes before anything is marked.
func (t *travel) bind(s *stage, packets Set) Set {
	if s.device != nil {
		packets = packets.Intersect(t.universe.Match(s.device))
	}
	if t.asked == nil || s.marks {
		return packets
	}
	mark := t.universe.Match(t.asked)
	return packets.Intersect(t.marked).Intersect(mark).Union(packets.Minus(t.marked).Minus(mark))
}

func (t *travel) mark(m Met) {
	if m.Verdict.Kind == ir.Accept && marks(Decision{Node: m.Node}) {
		t.marked = t.marked.Union(m.Packets)
	}
}

// list decides packets by a list and keeps those that it stops.
func (t *travel) list(name string, nodes []ir.Node, dir ir.Direction, packets Set, also func(Met)) Decisions {
	d := t.universe.Decide(nodes, dir, func(h Hit) {
		if h.Packets = h.Packets.Intersect(packets); h.Packets.Empty() == Yes {
			return
		}
		for _, tell := range []func(Met){also, t.visit} {
			if tell != nil {
				tell(Met{name, h})
			}
		}
	})
	t.fates.Dropped = t.fates.Dropped.Union(d.Drop.Intersect(packets))
	t.fates.Rejected = t.fates.Rejected.Union(d.Reject.Intersect(packets))
	return Decisions{Accept: d.Accept.Intersect(packets), Through: d.Through.Intersect(packets)}
}
