package assist

import (
	"fmt"
	"math/big"
	"net/netip"
	"strings"

	"github.com/pvefw/pvefw/ir/config"
)

// special ranges that netip does not name, with what they are.
var ranges = []struct {
	prefix netip.Prefix
	what   string
}{
	{netip.MustParsePrefix("100.64.0.0/10"), "shared address space of carriers"},
	{netip.MustParsePrefix("192.0.2.0/24"), "for documentation"},
	{netip.MustParsePrefix("198.51.100.0/24"), "for documentation"},
	{netip.MustParsePrefix("203.0.113.0/24"), "for documentation"},
	{netip.MustParsePrefix("198.18.0.0/15"), "for benchmarks"},
	{netip.MustParsePrefix("2001:db8::/32"), "for documentation"},
	{netip.MustParsePrefix("64:ff9b::/96"), "IPv4 translated to IPv6"},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved"},
}

// addressFacts says what an address, a network or a range is, in points; nil for
// any other text.
func addressFacts(text string) []string {
	if first, last, isRange := strings.Cut(text, "-"); isRange {
		return rangeFacts(first, last)
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		a, err := netip.ParseAddr(text)
		if err != nil || a.Zone() != "" {
			return nil
		}
		return []string{family(a) + " address, " + classOf(netip.PrefixFrom(a, a.BitLen()))}
	}
	net, last := p.Masked(), config.LastOf(p.Masked())
	points := []string{
		fmt.Sprintf("%s network, %s", family(p.Addr()), classOf(net)),
		fmt.Sprintf("%s addresses, `%s` to `%s`", grouped(countOf(net.Addr(), last)), net.Addr(), last),
	}
	if net != p {
		points = append(points, fmt.Sprintf("has host bits set; the network is `%s`", net))
	}
	return points
}

func rangeFacts(first, last string) []string {
	a, err := netip.ParseAddr(first)
	b, err2 := netip.ParseAddr(last)
	if err != nil || err2 != nil || a.BitLen() != b.BitLen() || b.Less(a) {
		return nil
	}
	return []string{fmt.Sprintf("%s range, %s addresses", family(a), grouped(countOf(a, b)))}
}

func family(a netip.Addr) string {
	if a.Is4() {
		return "IPv4"
	}
	return "IPv6"
}

// classOf names what the whole of a network is.
func classOf(p netip.Prefix) string {
	for _, r := range ranges {
		if r.prefix.Addr().BitLen() == p.Addr().BitLen() && r.prefix.Bits() <= p.Bits() && r.prefix.Contains(p.Addr()) {
			return r.what
		}
	}
	if p.Bits() == 0 {
		return "all addresses"
	}
	a, b := p.Addr(), config.LastOf(p.Masked())
	for _, c := range []struct {
		is   func(netip.Addr) bool
		what string
	}{
		{netip.Addr.IsUnspecified, "unspecified"}, {netip.Addr.IsLoopback, "loopback"}, {netip.Addr.IsPrivate, "private"},
		{netip.Addr.IsLinkLocalUnicast, "link-local"}, {netip.Addr.IsMulticast, "multicast"},
	} {
		if c.is(a) && c.is(b) {
			return c.what
		}
	}
	return "public"
}

// countOf is how many addresses lie between two, both included.
func countOf(a, b netip.Addr) *big.Int {
	first, last := new(big.Int).SetBytes(a.AsSlice()), new(big.Int).SetBytes(b.AsSlice())
	return last.Sub(last, first).Add(last, big.NewInt(1))
}

// grouped writes a number with separators; a very large one as a power of two.
func grouped(n *big.Int) string {
	if bits := n.BitLen(); bits > 40 {
		if n.TrailingZeroBits() == uint(bits-1) {
			return fmt.Sprintf("2^%d", bits-1)
		}
		return fmt.Sprintf("about 2^%d", bits-1)
	}
	digits := n.String()
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
