package packet

import (
	"encoding/binary"
	"math/bits"
	"net/netip"

	"github.com/pvefw/pvefw/ir"
)

// value is the coordinate of a packet in a dimension. Where the dimension does
// not exist for the packet's protocol, any value would do.
func (t *table) value(d dimension, p *Packet) point {
	switch d {
	case dimMark:
		if p.Marked {
			return point{0, 1}
		}
		return point{}
	case dimState:
		return point{0, min(uint64(bits.TrailingZeros8(uint8(p.State))), states-1)}
	case dimIn:
		return t.valueOf(p.In)
	case dimOut:
		return t.valueOf(p.Out)
	case dimMAC:
		return t.valueOf(foldMAC(p.MAC))
	case dimProto:
		return point{0, uint64(p.Proto)}
	case dimFlags:
		return point{0, uint64(p.Flags)}
	case dimDetail:
		if p.isICMP() {
			return at16(uint16(p.ICMPType)<<8 | uint16(p.ICMPCode))
		}
		return at16(p.DPort)
	case dimSPort:
		return at16(p.SPort)
	case dimSource:
		return pointOf(p.Source)
	}
	return pointOf(p.Dest)
}

// ownICMP is the ICMP that a family has types of.
func ownICMP(f ir.Family) uint8 {
	if f == ir.V6 {
		return protoICMPv6
	}
	return protoICMP
}

// addrOf is a point as an address.
func addrOf(p point, f ir.Family) netip.Addr {
	if f == ir.V4 {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(p.lo))
		return netip.AddrFrom4(b)
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], p.hi)
	binary.BigEndian.PutUint64(b[8:], p.lo)
	return netip.AddrFrom16(b)
}

// Sample is a packet that is certainly in s, as ordinary as possible; false where
// none is known.
func (s Set) Sample() (*Packet, bool) {
	if s.lower == nothing {
		return nil, false
	}
	u := s.universe
	p := ordinary(u.family)
	for r := s.lower; r != everything; {
		v := &u.graph.vertices[r]
		t := &u.tables[v.dim]
		atom := t.class[t.interval(t.value(v.dim, p))]
		if next := u.graph.follow(v, atom); next != nothing {
			r = next
			continue
		}
		t.assign(v.dim, p, t.typical(u.graph.label(v, 0)))
		r = u.graph.kids[v.kids]
	}
	return p, true
}

// ordinary is the packet that one would try first.
func ordinary(f ir.Family) *Packet {
	p := &Packet{Family: f, Proto: protoTCP, SPort: 20000, DPort: 9999, ICMPType: 8, State: ir.New, Flags: flagSYN}
	p.Source, p.Dest = netip.MustParseAddr("100.100.1.2"), netip.MustParseAddr("100.200.3.4")
	if f == ir.V6 {
		p.ICMPType = 128
		p.Source, p.Dest = netip.MustParseAddr("2001:db8:1::2"), netip.MustParseAddr("2001:db8:3::4")
	}
	return p
}

// typical is a value with its atom in the label. The first address of a network
// is less typical than the second.
func (t *table) typical(label []uint64) point {
	for i, c := range t.class {
		if label[c>>6]>>(c&63)&1 == 0 {
			continue
		}
		if first := t.starts[i]; first != t.last(i) && first.lo != 0 && first.lo&0xff == 0 && len(t.names) == 0 {
			return first.next()
		}
		return t.starts[i]
	}
	return point{}
}

// assign gives a packet a coordinate.
func (t *table) assign(d dimension, p *Packet, v point) {
	switch d {
	case dimMark:
		p.Marked = v.lo != 0
	case dimState:
		p.State = 1 << v.lo
	case dimIn:
		p.In = t.name(v)
	case dimOut:
		p.Out = t.name(v)
	case dimMAC:
		p.MAC = t.name(v)
	case dimProto:
		p.Proto = uint8(v.lo)
	case dimFlags:
		p.Flags = uint8(v.lo)
	case dimDetail:
		if p.isICMP() {
			p.ICMPType, p.ICMPCode = uint8(v.lo>>8), uint8(v.lo)
		} else {
			p.DPort = uint16(v.lo)
		}
	case dimSPort:
		p.SPort = uint16(v.lo)
	case dimSource:
		p.Source = addrOf(v, p.Family)
	case dimDest:
		p.Dest = addrOf(v, p.Family)
	}
}

// name is the word of a value; value 0 gets a word that the universe knows not.
func (t *table) name(v point) string {
	if v.lo > 0 {
		return t.names[v.lo-1]
	}
	other := "02:00:00:00:00:01"
	for t.knows([]string{other}) {
		other += "0"
	}
	return other
}
