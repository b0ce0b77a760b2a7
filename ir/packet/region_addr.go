package packet

import (
	"net/netip"

	"github.com/pvefw/pvefw/ir"
)

// This file reads the addresses of a match; large sets in setspans.go.

// address is what an address and an address type allow together.
func (r *reader) address(a *ir.Addr, t ir.AddrType) *part {
	var p *part
	if a != nil {
		p = r.addr(a)
	}
	if t == ir.AnyType {
		return p
	}
	typed := typeSpans(t, r.family)
	if p != nil {
		typed = meet(p.spans, typed)
	}
	return &part{spans: typed}
}

// typeSpans are the addresses of a type, as addrType derives it.
func typeSpans(t ir.AddrType, f ir.Family) spans {
	switch {
	case t == ir.Broadcast && f == ir.V4:
		return spans{{pointOf(everybody4), pointOf(everybody4)}}
	case t == ir.Multicast && f == ir.V4:
		return spans{prefixSpan(multicast4)}
	case t == ir.Multicast:
		return spans{prefixSpan(multicast6)}
	}
	return nil
}

func (r *reader) addr(a *ir.Addr) *part {
	switch {
	case a.Set != nil:
		return r.set(setUse{a.Set, a.Negated})
	case a.Range != nil:
		return &part{spans: rangeSpans(a.Range, r.family)}
	case len(a.Prefixes) == 1:
		return r.prefixPart(a.Prefixes[0])
	}
	list := make(spans, 0, len(a.Prefixes))
	for _, p := range a.Prefixes {
		list = append(list, r.prefixPart(p).spans...)
	}
	return &part{spans: normal(list)}
}

func (r *reader) prefixPart(prefix netip.Prefix) *part {
	p := r.prefixes[prefix]
	if p == nil {
		p = &part{}
		if prefix.IsValid() && familyOf(prefix.Addr()) == r.family {
			p.spans = spans{prefixSpan(prefix)}
		}
		r.prefixes[prefix] = p
	}
	return p
}

// rangeSpans follows netip.Addr.Less, for which IPv4 comes before IPv6.
func rangeSpans(r *ir.Range, f ir.Family) spans {
	if !r.First.IsValid() || familyOf(r.First) != f {
		return nil
	}
	last := dimSource.end(f)
	switch {
	case r.Last.BitLen() < r.First.BitLen():
		return nil
	case r.Last.BitLen() == r.First.BitLen():
		last = pointOf(r.Last)
	}
	first := pointOf(r.First)
	if last.less(first) {
		return nil
	}
	return spans{{first, last}}
}

// pointOf is an address as a number.
func pointOf(a netip.Addr) point {
	if a.Is4() {
		b := a.As4()
		return point{0, uint64(b[0])<<24 | uint64(b[1])<<16 | uint64(b[2])<<8 | uint64(b[3])}
	}
	b := a.As16()
	var p point
	for i := range 8 {
		p.hi, p.lo = p.hi<<8|uint64(b[i]), p.lo<<8|uint64(b[i+8])
	}
	return p
}

// prefixSpan is a prefix from its first to its last address.
func prefixSpan(p netip.Prefix) span {
	first := pointOf(p.Masked().Addr())
	host := p.Addr().BitLen() - p.Bits()
	last := first
	if host > 64 {
		last.hi |= uint64(1)<<(host-64) - 1
		host = 64
	}
	last.lo |= uint64(1)<<host - 1 // a shift by 64 gives 0, and all bits are set
	return span{first, last}
}
