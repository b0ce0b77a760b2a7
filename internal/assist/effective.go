package assist

import (
	"math/big"
	"net/netip"
	"slices"

	"github.com/pvefw/pvefw/ir/config"
)

// mostEffective bounds the entries of a set that are added up.
const mostEffective = 1 << 14

// effective counts the addresses of each family that a set holds once its exceptions
// are taken out: the longest network that holds an address decides, and of equal ones
// the last (reference/pve-firewall §4.5). False for a set that is too large.
func effective(s *config.Set) (v4, v6 *big.Int, ok bool) {
	if len(s.Entries) > mostEffective {
		return nil, nil, false
	}
	excepted := map[netip.Prefix]bool{}
	for _, e := range s.Entries {
		text, known := entryAddress(e)
		if p, valid := networkOf(text); known && valid && !e.IsDead() {
			excepted[p] = e.NoMatch
		}
	}
	var list []netip.Prefix
	for p := range excepted {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b netip.Prefix) int { // a network comes before its parts
		if c := a.Addr().Compare(b.Addr()); c != 0 {
			return c
		}
		return a.Bits() - b.Bits()
	})
	sums := [2]*big.Int{new(big.Int), new(big.Int)}
	for len(list) > 0 {
		family := 0
		if !list[0].Addr().Is4() {
			family = 1
		}
		var sum *big.Int
		_, sum, list = held(list, excepted)
		sums[family].Add(sums[family], sum)
	}
	return sums[0], sums[1], true
}

// held takes the first network off a list, with all networks within it: how many
// addresses it has, and how many of them are in the set.
func held(list []netip.Prefix, excepted map[netip.Prefix]bool) (size, sum *big.Int, rest []netip.Prefix) {
	p := list[0]
	size = countOf(p.Addr(), config.LastOf(p))
	own, sum := new(big.Int).Set(size), new(big.Int)
	for rest = list[1:]; len(rest) > 0 && p.Overlaps(rest[0]); {
		var part, in *big.Int
		part, in, rest = held(rest, excepted)
		own.Sub(own, part)
		sum.Add(sum, in)
	}
	if !excepted[p] {
		sum.Add(sum, own)
	}
	return size, sum, rest
}

// networkOf reads an address or a network as the kernel does: without host bits.
func networkOf(text string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.Masked(), true
	}
	a, err := netip.ParseAddr(text)
	return netip.PrefixFrom(a, a.BitLen()), err == nil && a.Zone() == ""
}
