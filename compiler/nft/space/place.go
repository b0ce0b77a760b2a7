package space

import (
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// This file says what is the same for all packets at a place.

// kind says what is known about a field at a stop.
type kind uint8

const (
	ofPacket kind = iota // the packet tells
	fixed                // it is the same for all packets there
	absent               // there is none
	open                 // it may be anything, or is restricted to what held answers
)

// place is a family's packets at a stop.
type place struct {
	stop
	ip ir.Family
}

// The numbers of the families for the two tables.
var (
	nfproto   = [2]uint64{2, 10}
	ethertype = [2]uint64{0x0800, 0x86dd}
)

// everybody is the hardware address of all stations.
const everybody = 0xffffffffffff

// field tells what is known about a field, with its value where that is fixed.
func (p *place) field(f nft.Field) (kind, nft.Value) {
	switch f {
	case nft.NFProto:
		return fixed, nft.Value{Lo: nfproto[p.ip]}
	case nft.Protocol:
		return fixed, nft.Value{Lo: ethertype[p.ip]}
	case nft.InBridge:
		return named(p.inBridge)
	case nft.OutBridge:
		return named(p.outBridge)
	case nft.InName, nft.OutName:
		return p.port(f)
	case nft.IPSource, nft.IPDest, nft.IP6Source, nft.IP6Dest:
		if (f == nft.IP6Source || f == nft.IP6Dest) != (p.ip == ir.V6) {
			return open, nft.Value{} // bytes of another header
		}
	case nft.PacketType, nft.EtherDest, nft.ConnMark, nft.ARPHead, nft.ARPSource:
		return p.frame(f)
	}
	return ofPacket, nft.Value{}
}

func named(name string) (kind, nft.Value) {
	if name == "" {
		return absent, nft.Value{}
	}
	return fixed, nft.Value{Name: name}
}

// port is a name of a bridge's port; an interface of the node is the packet's.
func (p *place) port(f nft.Field) (kind, nft.Value) {
	switch {
	case p.family == nft.Inet:
		return ofPacket, nft.Value{}
	case f == nft.InName:
		return named(p.in)
	}
	return named(p.out)
}

// typeHost is the packet type of what is for the node itself, or comes from it.
const typeHost = 0

func (p *place) frame(f nft.Field) (kind, nft.Value) {
	if f == nft.PacketType && p.family == nft.Bridge && p.own {
		return fixed, nft.Value{Lo: typeHost}
	}
	return open, nft.Value{}
}

// held answers whether the value of a field that the packet does not tell lies in a
// span.
func (p *place) held(f nft.Field, s nft.Span) packet.Answer {
	kind, v := p.field(f)
	switch {
	case kind == fixed:
		return yes(inside(v, s))
	case kind == absent:
		return packet.No
	case f == nft.EtherDest && s == single(everybody):
		return packet.No // frames are to single stations
	case f == nft.PacketType && p.family == nft.Bridge && s == single(typeHost):
		return packet.No // to other ones
	}
	return packet.Unknown
}

func single(n uint64) nft.Span { return nft.Span{First: nft.Value{Lo: n}, Last: nft.Value{Lo: n}} }

func inside(v nft.Value, s nft.Span) bool { return !v.Less(s.First) && !s.Last.Less(v) }

func yes(ok bool) packet.Answer {
	if ok {
		return packet.Yes
	}
	return packet.No
}
