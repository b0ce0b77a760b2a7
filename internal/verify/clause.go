package verify

import (
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// clause restricts packets of one family.
type clause struct {
	needs []*ir.Match // what a universe is made for, so that set need not cut anew
	set   func(*packet.Universe) packet.Set
}

// anyOf are the packets of any match; of none there are none.
func anyOf(list ...*ir.Match) clause {
	return clause{list, func(u *packet.Universe) packet.Set { return union(u, list) }}
}

// noneOf are the packets of no match.
func noneOf(list ...*ir.Match) clause {
	return clause{list, func(u *packet.Universe) packet.Set { return union(u, list).Complement() }}
}

// either are the packets of one clause or the other.
func either(a, b clause) clause {
	return clause{append(a.needs[:len(a.needs):len(a.needs)], b.needs...), func(u *packet.Universe) packet.Set {
		return a.set(u).Union(b.set(u))
	}}
}

func union(u *packet.Universe, list []*ir.Match) packet.Set {
	set := u.None()
	for _, m := range list {
		set = set.Union(u.Match(m))
	}
	return set
}

// clauses restrict packets all together.
type clauses []clause

func (l clauses) set(u *packet.Universe) packet.Set {
	set := u.All()
	for _, c := range l {
		set = set.Intersect(c.set(u))
	}
	return set
}

func (l clauses) needs() []*ir.Match {
	var list []*ir.Match
	for _, c := range l {
		list = append(list, c.needs...)
	}
	return list
}

// join is the clauses as one.
func (l clauses) join() clause { return clause{l.needs(), l.set} }

// The numbers of protocols.
const (
	protoICMP   = 1
	protoTCP    = 6
	protoUDP    = 17
	protoICMPv6 = 58
	protoSCTP   = 132
)

func protocol(n uint8) *ir.Match { return &ir.Match{Proto: &ir.Proto{Number: n}} }

// ownICMP is the ICMP that a family has types of.
func ownICMP(f ir.Family) uint8 {
	if f == ir.V6 {
		return protoICMPv6
	}
	return protoICMP
}

func inState(s ir.State) clause { return anyOf(&ir.Match{State: s}) }

// The types of ICMP that connection tracking takes for the first packet of a
// connection, and those that it does not track; all others belong to a connection
// or are invalid.
var (
	requests  = [2][]uint8{{8, 13, 15, 17}, {128, 139}}
	untracked = [2][]uint8{nil, {130, 131, 132, 133, 134, 135, 136, 143}}
)

func icmpTypes(f ir.Family, types []uint8) []*ir.Match {
	list := make([]*ir.Match, len(types))
	for i, n := range types {
		list[i] = icmpType(f, n, -1)
	}
	return list
}

func icmpType(f ir.Family, kind uint8, code int) *ir.Match {
	m := protocol(ownICMP(f))
	m.ICMP = &ir.ICMP{V6: f == ir.V6, Type: kind, Code: code}
	return m
}

// opening are the packets that open a connection. Where ICMP is named its other
// packets are meant too, in the state in which connection tracking sees them first.
func opening(f ir.Family, named bool) clause {
	icmp, asks := protocol(ownICMP(f)), anyOf(icmpTypes(f, requests[f])...)
	first := clauses{inState(ir.New), either(noneOf(icmp), asks)}.join()
	if !named {
		return first
	}
	free := anyOf(icmpTypes(f, untracked[f])...)
	first = either(first, clauses{inState(ir.Untracked), free}.join())
	rest := clauses{inState(ir.Invalid), anyOf(icmp), noneOf(append(asks.needs, free.needs...)...)}
	return either(first, rest.join())
}

// ownMAC are the packets whose source MAC is the one that is due.
func ownMAC(mac string) clause { return noneOf(&ir.Match{NotMAC: mac}) }

// fromMAC are the packets with a certain source MAC, whether it is due or not.
func fromMAC(mac string) clause {
	other := "02:00:00:00:00:02"
	if mac == other {
		other = "02:00:00:00:00:03"
	}
	return clauses{ownMAC(mac), anyOf(&ir.Match{NotMAC: other})}.join()
}
