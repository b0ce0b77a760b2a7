package packet

import (
	"slices"

	"github.com/pvefw/pvefw/ir"
)

// dimension is one coordinate of a packet. The space of packets is the product
// of all of them.
//
// Invariant: ports, ICMP types and TCP flags exist only under their protocols. A
// packet of another protocol stands for all its values there, and whoever limits
// such a dimension limits the protocol too, so no operation can tell them apart.
type dimension uint8

// The dimensions, in the order in which a diagram asks for them: first those
// with few values, then those that most rules restrict alike.
const (
	dimMark   dimension = iota // 1: a firewalled guest was allowed to send it
	dimState                   // number of the bit in ir.State
	dimIn                      // number of the interface's name, 0 for all others
	dimOut                     // the same
	dimProto                   // protocol number
	dimFlags                   // TCP header bits; TCP only
	dimDetail                  // destination port, or for ICMP 256 times type plus code
	dimSPort                   // source port; protocols with ports only
	dimSource                  // address
	dimDest                    // address
	dimMAC                     // number of the source MAC, 0 for all others
	dimensions
)

// named reports whether the values are words, which only a universe numbers.
func (d dimension) named() bool { return d == dimIn || d == dimOut || d == dimMAC }

// end is the largest value of a dimension that is not named.
func (d dimension) end(f ir.Family) point {
	switch d {
	case dimMark:
		return point{0, 1}
	case dimState:
		return point{0, states - 1}
	case dimProto, dimFlags:
		return point{0, 0xff}
	case dimDetail, dimSPort:
		return point{0, 0xffff}
	}
	if f == ir.V4 {
		return point{0, 0xffffffff}
	}
	return point{^uint64(0), ^uint64(0)}
}

// states is how many connection states there are.
const states = 5

// point is a value of a dimension: 128 bits, for the sake of IPv6 addresses.
type point struct{ hi, lo uint64 }

func at16(n uint16) point { return point{0, uint64(n)} }

func (p point) less(q point) bool { return p.hi < q.hi || p.hi == q.hi && p.lo < q.lo }

func (p point) compare(q point) int {
	switch {
	case p.less(q):
		return -1
	case q.less(p):
		return 1
	}
	return 0
}

// next is one more; the largest point goes round to zero.
func (p point) next() point {
	p.lo++
	if p.lo == 0 {
		p.hi++
	}
	return p
}

func (p point) previous() point {
	if p.lo == 0 {
		p.hi--
	}
	p.lo--
	return p
}

// span is first to last, both included.
type span struct{ first, last point }

// spans is a set of points. Invariant: ascending, and neither overlapping nor
// adjacent.
type spans []span

// normal sorts and joins in place.
func normal(list spans) spans {
	if len(list) < 2 {
		return list
	}
	slices.SortFunc(list, func(a, b span) int { return a.first.compare(b.first) })
	kept := list[:1]
	for _, s := range list[1:] {
		last := &kept[len(kept)-1]
		touches := !last.last.less(s.first) || last.last.next() == s.first
		switch {
		case !touches:
			kept = append(kept, s)
		case last.last.less(s.last):
			last.last = s.last
		}
	}
	return kept
}

// meet is the intersection.
func meet(a, b spans) spans {
	var both spans
	for i, j := 0, 0; i < len(a) && j < len(b); {
		first, last := a[i].first, a[i].last
		if first.less(b[j].first) {
			first = b[j].first
		}
		if b[j].last.less(last) {
			last = b[j].last
			j++
		} else {
			i++
		}
		if !last.less(first) {
			both = append(both, span{first, last})
		}
	}
	return both
}

// without is what lies outside of list, up to end.
func without(list spans, end point) spans {
	var rest spans
	var from point
	for _, s := range list {
		if from.less(s.first) {
			rest = append(rest, span{from, s.first.previous()})
		}
		if s.last == end {
			return rest
		}
		from = s.last.next()
	}
	return append(rest, span{from, end})
}

// holds reports whether p is in the list.
func (list spans) holds(p point) bool {
	i, _ := slices.BinarySearchFunc(list, p, func(s span, p point) int { return s.last.compare(p) })
	return i < len(list) && !p.less(list[i].first)
}
