package rego

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/ir/config"
)

// coverage is what is known about the addresses of a source or dest.
type coverage struct {
	whole   families // of these no address is left out
	empty   bool     // a set that holds no address
	private bool     // every address is one that the internet does not route
}

// span is a range of addresses of one family, both ends included.
type span struct{ first, last netip.Addr }

// cover looks at all addresses of a, through aliases and sets. A set with
// nomatch entries never counts as whole. Sets are looked at once.
func (w *world) cover(a *config.Addr) coverage {
	if !a.Given() {
		return coverage{whole: both}
	}
	if a.Set == nil {
		spans, cut := spansOf(a)
		return coverageOf(spans, cut)
	}
	if c, ok := w.sets.Load(a.Set.Target); ok {
		return c.(coverage)
	}
	spans, cut := spansOf(a)
	c := coverageOf(spans, cut)
	c.empty = len(spans) == 0
	w.sets.Store(a.Set.Target, c)
	return c
}

func coverageOf(spans []span, cut bool) coverage {
	c := coverage{private: len(spans) > 0}
	for _, s := range spans {
		c.private = c.private && isPrivate(s)
	}
	if !cut {
		c.whole = wholeFamilies(spans)
	}
	return c
}

// spansOf lists the addresses; cut tells that some are taken out again.
func spansOf(a *config.Addr) (spans []span, cut bool) {
	switch {
	case a.Set != nil && a.Set.Target != nil:
		return entrySpans(a.Set.Target)
	case a.Alias != nil && a.Alias.Target != nil:
		return parseSpans(a.Alias.Target.Text), false
	case a.Literal:
		return parseSpans(a.Text), false
	}
	return nil, false
}

func entrySpans(set *config.Set) (spans []span, cut bool) {
	for _, e := range set.Entries {
		switch {
		case !isLive(e):
		case e.NoMatch:
			cut = true
		case e.Alias != nil:
			spans = append(spans, parseSpans(e.Alias.Target.Text)...)
		default:
			spans = append(spans, parseSpans(e.Text)...)
		}
	}
	return spans, cut
}

// isLive reports whether an entry ends up in the kernel's set.
func isLive(e config.SetEntry) bool {
	return !e.IsDead() && (e.Alias == nil || e.Alias.Target != nil)
}

// parseSpans reads a comma list of addresses and networks, or one range. What
// it cannot read (short forms, leading zeros) is left out.
func parseSpans(text string) []span {
	var out []span
	for item := range strings.SplitSeq(text, ",") {
		if first, last, ok := strings.Cut(item, "-"); ok {
			a, errA := netip.ParseAddr(first)
			b, errB := netip.ParseAddr(last)
			if errA == nil && errB == nil && a.Is4() == b.Is4() {
				out = append(out, span{a, b})
			}
			continue
		}
		if p, err := netip.ParsePrefix(item); err == nil {
			out = append(out, span{p.Masked().Addr(), lastOf(p)})
		} else if a, err := netip.ParseAddr(item); err == nil {
			out = append(out, span{a, a})
		}
	}
	return out
}

// lastOf returns the highest address of a network.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for bit := p.Bits(); bit < len(b)*8; bit++ {
		b[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ := netip.AddrFromSlice(b)
	return last
}

// wholeFamilies returns the families of which the spans together leave out no
// address.
func wholeFamilies(spans []span) families {
	slices.SortFunc(spans, func(a, b span) int { return a.first.Compare(b.first) })
	var out families
	for f, zero := range map[families]netip.Addr{onlyV4: netip.IPv4Unspecified(), onlyV6: netip.IPv6Unspecified()} {
		next, done := zero, false // the lowest address not yet covered
		for _, s := range spans {
			if done || s.first.Is4() != zero.Is4() || s.first.Compare(next) > 0 || s.last.Compare(next) < 0 {
				continue
			}
			next = s.last.Next()
			done = !next.IsValid() // beyond the highest address
		}
		if done {
			out |= f
		}
	}
	return out
}

func isPrivate(s span) bool {
	for _, a := range []netip.Addr{s.first, s.last} {
		if !a.IsPrivate() && !a.IsLoopback() && !a.IsLinkLocalUnicast() && !a.IsMulticast() {
			return false
		}
	}
	return s.first == s.last || sameBlock(s.first, s.last)
}

// sameBlock reports whether two private addresses belong to one block, so that
// what lies between is private too.
func sameBlock(a, b netip.Addr) bool {
	x, y := a.AsSlice(), b.AsSlice()
	return len(x) == len(y) && (x[0] == y[0] || a.Is6() && a.IsPrivate() && b.IsPrivate()) // fc00::/7 has two first bytes
}
