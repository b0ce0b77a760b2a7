package packet

import (
	"net/netip"
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// Matches reports whether the packet is in the match; every part must agree.
func (e *Evaluator) Matches(m *ir.Match, p *Packet) bool {
	switch {
	case m.In != "" && m.In != p.In,
		m.Out != "" && m.Out != p.Out,
		m.AcceptedBySender && !p.Marked,
		m.State != 0 && m.State&p.State == 0,
		m.NotMAC != "" && sameMAC(m.NotMAC, p.MAC),
		m.SrcType != ir.AnyType && m.SrcType != addrType(p.Source),
		m.DstType != ir.AnyType && m.DstType != addrType(p.Dest),
		m.Proto != nil && m.Proto.Number != 0 && m.Proto.Number != p.Proto,
		m.ICMP != nil && !matchICMP(m.ICMP, p),
		m.SPort != nil && !matchPorts(m.SPort, p, p.SPort),
		m.DPort != nil && !matchPorts(m.DPort, p, p.DPort),
		m.Flags != nil && !matchFlags(m.Flags, p):
		return false
	}
	return e.matchAddr(m.Source, p.Source) && e.matchAddr(m.Dest, p.Dest)
}

// sameMAC takes an unknown address of the packet for the one it should have.
func sameMAC(want, have string) bool { return have == "" || strings.EqualFold(want, have) }

func matchICMP(c *ir.ICMP, p *Packet) bool {
	if !p.isICMP() || c.V6 != (p.Family == ir.V6) {
		return false
	}
	if c.Also != nil && !matchICMP(c.Also, p) {
		return false
	}
	return c.Any || c.Type == p.ICMPType && (c.Code < 0 || c.Code == int(p.ICMPCode))
}

func matchPorts(list *ir.Ports, p *Packet, port uint16) bool {
	if !hasPorts(p.Proto) {
		return false
	}
	for _, r := range list.Ranges {
		if r.First <= port && port <= r.Last {
			return true
		}
	}
	return false
}

func matchFlags(t *ir.TCPFlags, p *Packet) bool {
	return p.Proto == protoTCP && (p.Flags&t.Mask == t.Want) != t.Negated
}

func (e *Evaluator) matchAddr(a *ir.Addr, addr netip.Addr) bool {
	switch {
	case a == nil:
		return true
	case a.Set != nil:
		return e.index(a.Set).contains(addr) != a.Negated
	case a.Range != nil:
		r := a.Range
		return r.First.BitLen() == addr.BitLen() && !addr.Less(r.First) && !r.Last.Less(addr)
	}
	for _, prefix := range a.Prefixes {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}
