package space

import (
	"math/bits"
	"net/netip"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
)

// addresses is a list of addresses of a set or test, the same one whenever a named set
// is asked for, so that it is read once.
func (r *reading) addresses(f ir.Family, field nft.Field, list []nft.Element) *ir.Addr {
	if len(list) == 1 {
		return rangeOf(field, list[0].Key[0])
	}
	use := listUse{&list[0], len(list), f}
	if r.lists[use] == nil {
		s := &ir.Set{}
		for i := range list {
			s.Entries = append(s.Entries, entries(field, list[i].Key[0])...)
		}
		r.lists[use] = &ir.Addr{Set: s}
	}
	return r.lists[use]
}

func rangeOf(f nft.Field, s nft.Span) *ir.Addr {
	if p, rest := firstPrefix(f, s); rest == nil {
		return &ir.Addr{Prefixes: []netip.Prefix{p}}
	}
	return &ir.Addr{Range: &ir.Range{First: s.First.Addr(f), Last: s.Last.Addr(f)}}
}

// entries is a range as the prefixes that make it up.
func entries(f nft.Field, s nft.Span) []ir.SetEntry {
	var out []ir.SetEntry
	for at := &s; at != nil; {
		var p netip.Prefix
		p, at = firstPrefix(f, *at)
		out = append(out, ir.SetEntry{Prefix: p})
	}
	return out
}

// firstPrefix is the largest prefix that a range begins with, and what is left behind
// it, nil for nothing.
func firstPrefix(f nft.Field, s nft.Span) (netip.Prefix, *nft.Span) {
	size := 8 * f.Spec().Size
	host := min(trailingZeros(s.First), size)
	for host > 0 && s.Last.Less(lastOf(s.First, host)) {
		host--
	}
	p := netip.PrefixFrom(s.First.Addr(f), size-host)
	last := lastOf(s.First, host)
	if !last.Less(s.Last) {
		return p, nil
	}
	lo, carry := bits.Add64(last.Lo, 1, 0)
	return p, &nft.Span{First: nft.Value{Hi: last.Hi + carry, Lo: lo}, Last: s.Last}
}

func trailingZeros(v nft.Value) int {
	if v.Lo != 0 {
		return bits.TrailingZeros64(v.Lo)
	}
	return 64 + bits.TrailingZeros64(v.Hi)
}

// lastOf is the last address of a network with so many bits for its stations.
func lastOf(v nft.Value, host int) nft.Value {
	ones := func(n int) uint64 { return uint64(1)<<min(max(n, 0), 64) - 1 } // a shift by 64 gives 0
	return nft.Value{Hi: v.Hi | ones(host-64), Lo: v.Lo | ones(host)}
}

// prefix asks for the leading bits of an address; of other fields and masks nobody can
// tell.
func (m *move) prefix(s *nft.Masked) bool {
	size := 8 * s.Field.Spec().Size
	host := min(trailingZeros(s.Mask), size)
	whole := lastOf(nft.Value{}, size)
	leading := s.Mask == nft.Value{Hi: whole.Hi &^ lastOf(nft.Value{}, host).Hi, Lo: whole.Lo &^ lastOf(nft.Value{}, host).Lo}
	one := &test{not: s.Not, any: []*ir.Match{{}}}
	network := rangeOf(s.Field, nft.Span{First: s.Value, Last: lastOf(s.Value, host)})
	switch s.Field {
	case nft.IPSource, nft.IP6Source:
		one.any[0].Source = network
	case nft.IPDest, nft.IP6Dest:
		one.any[0].Dest = network
	default:
		return m.vague()
	}
	if !leading {
		return m.vague()
	}
	if s.Value.Lo&^s.Mask.Lo != 0 || s.Value.Hi&^s.Mask.Hi != 0 {
		return s.Not // bits that the mask has taken away
	}
	m.tests = append(m.tests, one)
	return true
}
