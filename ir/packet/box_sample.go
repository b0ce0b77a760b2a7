package packet

import (
	"slices"

	"github.com/pvefw/pvefw/ir"
)

// Sample is a packet of the box, as ordinary as possible.
func (b Box) Sample() *Packet {
	p := ordinary(b.family)
	for d := range dimensions {
		if d == dimFlags && p.State == ir.EstablishedState {
			p.Flags = flagACK
		}
		switch part := b.region[d]; {
		case part == nil:
		case d.named():
			part.name(d, p)
		default:
			part.value(d, p)
		}
	}
	return p
}

// name gives the packet a name of the part, unless it has one: it comes with none,
// which for a MAC may be listed as the one that is due.
func (q *part) name(d dimension, p *Packet) {
	switch listed := slices.Contains(q.names, ""); {
	case listed != q.outside:
	case q.outside:
		p.rename(d, (&table{names: q.names}).name(point{}))
	case len(q.names) > 0:
		p.rename(d, q.names[0])
	}
}

func (p *Packet) rename(d dimension, name string) {
	switch d {
	case dimIn:
		p.In = name
	case dimOut:
		p.Out = name
	default:
		p.MAC = name
	}
}

// value gives the packet a value of the part, unless it has one.
func (q *part) value(d dimension, p *Packet) {
	var numbers table
	if v := numbers.value(d, p); q.spans.holds(v) {
		return
	}
	list := q.spans
	if d == dimSource || d == dimDest {
		if single := meet(list, without(special(p.Family), d.end(p.Family))); len(single) > 0 {
			list = single
		}
	}
	if d == dimProto {
		for _, n := range []uint8{protoUDP, ownICMP(p.Family)} {
			if list.holds(point{0, uint64(n)}) {
				p.Proto = n
				return
			}
		}
	}
	if s := list[0]; s.first != s.last && s.first.lo != 0 && s.first.lo&0xff == 0 {
		numbers.assign(d, p, s.first.next())
		return
	}
	numbers.assign(d, p, list[0].first)
}
