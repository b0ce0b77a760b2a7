package packet

import "github.com/pvefw/pvefw/ir"

// Set is a set of packets of one family, exact: it holds a packet or it does not,
// for every packet there is. IPv4 and IPv6 are separate spaces.
//
// What cannot be worked out, because the work of the universe is used up or
// because somebody said so with Between, makes a Set inexact: two exact sets, one
// of packets that are certainly inside and one of packets that may be. Questions
// are then answered with Unknown where the two differ in the answer.
//
// Invariant: no answer but Unknown is ever wrong. The zero Set is not usable;
// sets come from a Universe. Operations on sets of different families panic.
type Set struct {
	universe     *Universe
	lower, upper ref
}

// Answer is the answer to a question about sets.
type Answer uint8

// The answers.
const (
	Unknown Answer = iota
	No
	Yes
)

// String is unknown, no or yes.
func (a Answer) String() string { return [...]string{"unknown", "no", "yes"}[a] }

func yes(ok bool) Answer {
	if ok {
		return Yes
	}
	return No
}

// Between is the inexact set that lies between two: all of lower is in it, and
// nothing outside of upper. Lower must be a part of upper.
func Between(lower, upper Set) Set {
	a, b := together(lower, upper)
	return Set{a.universe, a.lower, b.upper}
}

// Family is the family of the set's packets.
func (s Set) Family() ir.Family { return s.universe.family }

// Exact reports whether the set is exact.
func (s Set) Exact() bool { return s.lower == s.upper }

// Lower is the exact set of packets that are certainly in s.
func (s Set) Lower() Set { return Set{s.universe, s.lower, s.lower} }

// Upper is the exact set of packets that may be in s.
func (s Set) Upper() Set { return Set{s.universe, s.upper, s.upper} }

// Union is the packets in s or t.
func (s Set) Union(t Set) Set {
	s, t = together(s, t)
	return s.bounds(union, t.lower, t.upper, s.lower, everything)
}

// Intersect is the packets in both s and t.
func (s Set) Intersect(t Set) Set {
	s, t = together(s, t)
	return s.bounds(intersection, t.lower, t.upper, nothing, s.upper)
}

// Minus is the packets in s and not in t.
func (s Set) Minus(t Set) Set {
	s, t = together(s, t)
	return s.bounds(difference, t.upper, t.lower, nothing, s.upper)
}

// Complement is all packets of the family that are not in s.
func (s Set) Complement() Set { return s.universe.All().Minus(s) }

// bounds combines both bounds of s with those given; least and most stand in for
// what the work does not suffice for.
func (s Set) bounds(op operation, withLower, withUpper, least, most ref) Set {
	g := &s.universe.graph
	lower := g.apply(op, s.lower, withLower)
	upper := lower
	if s.lower != s.upper || withLower != withUpper {
		upper = g.apply(op, s.upper, withUpper)
	}
	if lower == exhausted {
		lower = least
	}
	if upper == exhausted {
		upper = most
	}
	return Set{s.universe, lower, upper}
}

// Empty tells whether no packet is in s.
func (s Set) Empty() Answer {
	switch {
	case s.upper == nothing:
		return Yes
	case s.lower != nothing:
		return No
	}
	return Unknown
}

// Covers tells whether all packets of t are in s.
func (s Set) Covers(t Set) Answer { return t.Minus(s).Empty() }

// Meets tells whether a packet is in both.
func (s Set) Meets(t Set) Answer {
	switch s.Intersect(t).Empty() {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Unknown
}

// Equal tells whether s and t hold the same packets.
func (s Set) Equal(t Set) Answer {
	s, t = together(s, t)
	if s.Exact() && t.Exact() {
		return yes(s.lower == t.lower)
	}
	if s.Covers(t) == No || t.Covers(s) == No {
		return No
	}
	return Unknown
}

// Contains tells whether p is in s. Its State must be exactly one state.
func (s Set) Contains(p *Packet) Answer {
	switch {
	case p.Family != s.universe.family:
		return No
	case s.universe.holds(s.lower, p):
		return Yes
	case s.Exact() || !s.universe.holds(s.upper, p):
		return No
	}
	return Unknown
}

// holds follows a packet through a diagram.
func (u *Universe) holds(r ref, p *Packet) bool {
	for r > everything {
		v := &u.graph.vertices[r]
		t := &u.tables[v.dim]
		atom := t.class[t.interval(t.value(v.dim, p))]
		r = u.graph.follow(v, atom)
	}
	return r == everything
}

// follow is where an atom leads to.
func (g *graph) follow(v *vertex, atom int32) ref {
	for i := range v.branches {
		if g.label(v, i)[atom>>6]>>(atom&63)&1 != 0 {
			return g.kids[v.kids+i]
		}
	}
	return nothing
}
