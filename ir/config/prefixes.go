package config

import (
	"net/netip"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// rangeFix writes the networks of a range in the place of a set's entry.
func rangeFix(text string, span source.Span, nomatch bool) []diag.Fix {
	const most = 64
	networks := prefixesOf(text, most)
	if networks == nil {
		return nil
	}
	between := "\n"
	if nomatch {
		between += "!"
	}
	return []diag.Fix{{Title: "write the range as networks", Safety: diag.Safe,
		Edits: []source.Edit{{Span: span, Text: strings.Join(networks, between)}}}}
}

// prefixesOf writes the range FIRST-LAST as the networks that make it up, none if
// it is no range or more than most of them are needed.
func prefixesOf(text string, most int) []string {
	first, last, _ := strings.Cut(text, "-")
	a, err := netip.ParseAddr(first)
	b, err2 := netip.ParseAddr(last)
	if err != nil || err2 != nil || a.Zone() != "" || b.Zone() != "" || a.BitLen() != b.BitLen() || b.Less(a) {
		return nil
	}
	var out []string
	for {
		p, end := widest(a, b)
		if p.Bits() == 0 || len(out) == most {
			return nil // a set holds no network of length 0
		}
		text := p.String()
		if p.Bits() == p.Addr().BitLen() {
			text = p.Addr().String()
		}
		out = append(out, text)
		if end == b {
			return out
		}
		a = end.Next()
	}
}

// widest is the largest network that begins at a and does not reach beyond b,
// and its last address.
func widest(a, b netip.Addr) (p netip.Prefix, end netip.Addr) {
	p, end = netip.PrefixFrom(a, a.BitLen()), a
	for n := a.BitLen() - 1; n >= 0; n-- {
		wider := netip.PrefixFrom(a, n)
		last := LastOf(wider)
		if wider.Masked().Addr() != a || b.Less(last) {
			break
		}
		p, end = wider, last
	}
	return p, end
}

// LastOf is the highest address of a network.
func LastOf(p netip.Prefix) netip.Addr {
	raw := p.Addr().AsSlice()
	for bit := p.Bits(); bit < len(raw)*8; bit++ {
		raw[bit/8] |= 1 << (7 - bit%8)
	}
	a, _ := netip.AddrFromSlice(raw)
	return a
}
