package analysis

import (
	"github.com/pvefw/pvefw/ir"
)

// This file compares the policies of one node: what changes for the packets of
// every endpoint, in each direction and family. An endpoint's list is what decides
// its packets as packet.Evaluator walks them: the frames before its chain, then the
// chain. Both ends of a way are reported, each for itself.

// Comparison is what two policies of a node do differently.
type Comparison struct {
	Node      string
	Endpoints []EndpointChange // those with a difference: host, what is forwarded, VNets, NICs
	Loads     []LoadChange
	Compared  int // lists that were looked at, of one endpoint, direction and family each
	Unknown   int // lists that the work did not suffice for

	kept []keptList // those that do the same with all packets
}

// keptList is a list that a change leaves as it is.
type keptList struct {
	endpoint string
	dir      ir.Direction
	family   ir.Family
	parts    [][]ir.Node
}

// EndpointChange is the difference of one list.
type EndpointChange struct {
	Endpoint  string // host, forward, vnet NAME, vm100/net0
	Direction ir.Direction
	Family    ir.Family
	Presence  Presence
	Bridge    string // of a NIC; empty otherwise or when unknown
	Difference

	before, after []ir.Node // the lists; of endpoints that stay
}

// Presence says on which sides there is the endpoint.
type Presence uint8

// The presences. An endpoint that is not there has no packets; Was or Is of its
// changes is then undecided.
const (
	Stays Presence = iota
	Appears
	Vanishes
)

// String is stays, appears or vanishes.
func (p Presence) String() string { return [...]string{"stays", "appears", "vanishes"}[p] }

// LoadChange is a family, or with Both all of the node, whose rules cannot be put
// in force on one side: the node would keep its old ones.
type LoadChange struct {
	Families      ir.Families
	Before, After *Blame // nil: they load
}

// Blame is what keeps rules from being loaded.
type Blame struct {
	Reason string
	Origin ir.Origin
}

// Budget bounds a comparison in steps of roughly 100 ns; zero fields stand for
// defaults. What it does not suffice for is unknown.
type Budget struct{ Each, Total int }

// defaultTotal is the work for all lists of a node: half a minute.
const defaultTotal = 1 << 28

// Comparer compares the policies of nodes. Where only files of the same content
// are looked at, one Comparer for all nodes is fast. It is not for concurrent use.
type Comparer struct {
	// Assumed: guests are known by their files only, so one without a file is there
	// and not filtered. Otherwise an endpoint that a side does not list is not there.
	Assumed bool

	differ Differ
	budget Budget
}

// NewComparer makes a Comparer.
func NewComparer(b Budget) *Comparer {
	if b.Total <= 0 {
		b.Total = defaultTotal
	}
	return &Comparer{differ: Differ{Work: b.Each, Answers: true}, budget: b}
}

// Compare is NewComparer(b).Policies for one node.
func Compare(before, after *ir.Policy, b Budget) *Comparison {
	return NewComparer(b).Policies(before, after)
}

// Policies compares what two policies do to packets. A nil policy is a node that
// is not there.
func (c *Comparer) Policies(before, after *ir.Policy) *Comparison {
	r := c.begin(before, after, map[string]*[2]*station{})
	r.run()
	return &r.out
}

// comparing is one run over two policies.
type comparing struct {
	*Comparer
	sides  [2]*side
	same   *equality
	guests map[string]*[2]*station // by name of the NIC, of all nodes
	out    Comparison
}

func (c *Comparer) begin(before, after *ir.Policy, guests map[string]*[2]*station) *comparing {
	r := &comparing{Comparer: c, sides: [2]*side{newSide(before), newSide(after)}, same: newEquality(), guests: guests}
	r.out.Node = r.sides[0].policy.Node
	if after != nil {
		r.out.Node = after.Node
	}
	r.index()
	return r
}

func (r *comparing) run() {
	r.loads()
	r.endpoint("host", "", r.sides[0].host(), r.sides[1].host())
	r.through("forward", "", r.sides[0].forwarding(), r.sides[1].forwarding())
	r.vnets()
	r.nics()
}

func (r *comparing) endpoint(name, bridge string, before, after *station) {
	for _, d := range []ir.Direction{ir.In, ir.Out} {
		r.direction(EndpointChange{Endpoint: name, Bridge: bridge, Direction: d}, before, after)
	}
}

func (r *comparing) through(name, bridge string, before, after *station) {
	r.direction(EndpointChange{Endpoint: name, Bridge: bridge, Direction: ir.Through}, before, after)
}

// direction compares one direction in both families. A node that is not there says
// nothing about what it would do.
func (r *comparing) direction(at EndpointChange, before, after *station) {
	switch {
	case before == nil && after == nil:
		return
	case before == nil && r.assumes(at.Endpoint, 0):
		before = &station{side: r.sides[0], fileless: true}
	case after == nil && r.assumes(at.Endpoint, 1):
		after = &station{side: r.sides[1], fileless: true}
	case before == nil:
		at.Presence, before = Appears, &station{absent: true}
	case after == nil:
		at.Presence, after = Vanishes, &station{absent: true}
	}
	for at.Family = ir.V4; at.Family <= ir.V6; at.Family++ {
		r.out.Compared++
		old, new := before.list(at.Direction, at.Family), after.list(at.Direction, at.Family)
		if r.same.lists(old, new) {
			r.out.kept = append(r.out.kept, keptList{at.Endpoint, at.Direction, at.Family, new})
			continue
		}
		at.before, at.after = joinedNodes(old), joinedNodes(new)
		at.Difference = r.lists(at.before, at.after, at.Direction, at.Family)
		if at.Presence != Stays {
			at.moved()
		}
		if at.Unknown {
			r.out.Unknown++
		}
		if at.Unknown || len(at.Changes) > 0 {
			r.out.Endpoints = append(r.out.Endpoints, at)
		}
		if at.Presence == Stays && !at.Unknown && !at.hasTraffic() {
			r.out.kept = append(r.out.kept, keptList{at.Endpoint, at.Direction, at.Family, new})
		}
	}
}

// assumes reports whether an endpoint that a side does not list is there anyway.
func (r *comparing) assumes(name string, side int) bool {
	return r.Assumed && r.guests[name] != nil && r.sides[side].there
}

// lists compares within what is left of the budget.
func (r *comparing) lists(old, new []ir.Node, d ir.Direction, f ir.Family) Difference {
	if r.differ.spent >= r.budget.Total {
		return Difference{Class: Incomparable, Unknown: true}
	}
	return r.differ.Lists(old, new, d, f)
}

func joinedNodes(parts [][]ir.Node) []ir.Node {
	if len(parts) == 1 {
		return parts[0]
	}
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	list := make([]ir.Node, 0, n)
	for _, p := range parts {
		list = append(list, p...)
	}
	return list
}

// moved keeps of an endpoint that is on one side only what its own rules, policy
// or missing filter let through: it refuses nothing that went through before, and
// what every endpoint may do is no news.
func (e *EndpointChange) moved() {
	kept := e.Changes[:0]
	for _, c := range e.Changes {
		there := &c.Is
		gone := &c.Was
		if e.Presence == Vanishes {
			there, gone = gone, there
		}
		if _, builtin := there.Node.(*ir.Builtin); builtin || !there.passes() || c.OnlyLog {
			continue
		}
		*gone = Fate{}
		kept = append(kept, c)
	}
	e.Changes = kept
	e.Class = Equal
	switch {
	case e.Unknown:
		e.Class = Incomparable
	case len(kept) == 0:
	case e.Presence == Appears:
		e.Class = Wider
	default:
		e.Class = Narrower
	}
}

// Lists are the rules that decide before and after, frames and chain together.
func (e *EndpointChange) Lists() (before, after []ir.Node) { return e.before, e.after }

// Tally gathers the effects of all changes of the endpoints.
func (c *Comparison) Tally(t *Tally) {
	for i := range c.Endpoints {
		c.Endpoints[i].tally(t)
	}
}

func (e *EndpointChange) tally(t *Tally) {
	for i := range e.Changes {
		t.Add(e.Effect(&e.Changes[i]))
	}
}

// Effect is what a change of the endpoint does; an endpoint that appears opens
// what it lets through.
func (e *EndpointChange) Effect(c *Change) Effect {
	switch e.Presence {
	case Appears:
		return Opens
	case Vanishes:
		return Closes
	}
	return c.Effect()
}

// Class is that of all endpoints together. What is unknown, or cannot be loaded on
// one side only, is never equal.
func (c *Comparison) Class() Class {
	if c.Unknown > 0 || len(c.Loads) > 0 {
		return Incomparable
	}
	var t Tally
	c.Tally(&t)
	return t.Class()
}
