package assist

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Law: the count is that of the addresses whose longest network, the last of equal
// ones, is no exception.
func TestEffectiveAddressesAreThoseOfTheLongestNetwork(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type entry struct {
			network   netip.Prefix
			exception bool
		}
		var list []entry
		var text strings.Builder
		text.WriteString("[IPSET set]\n")
		for range rapid.IntRange(0, 12).Draw(t, "entries") {
			p := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(rapid.IntRange(0, 63).Draw(t, "address"))}), rapid.IntRange(26, 32).Draw(t, "length")).Masked()
			e := entry{p, rapid.Bool().Draw(t, "exception")}
			known := false // the reader refuses a second entry of the same words
			for _, other := range list {
				known = known || other.network == p
			}
			if known {
				continue
			}
			list = append(list, e)
			fmt.Fprintf(&text, "%s%s\n", map[bool]string{true: "!"}[e.exception], p)
		}
		want := 0
		for i := range 256 {
			a, best := netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}), entry{exception: true}
			for _, e := range list {
				if e.network.Contains(a) && (!best.network.IsValid() || e.network.Bits() > best.network.Bits()) {
					best = e
				}
			}
			if !best.exception {
				want++
			}
		}
		w := build(t, map[string]string{"cluster.fw": text.String()})
		v4, v6, ok := effective(w.Config.Cluster.Sets["set"])
		if !ok || v4.Int64() != int64(want) || v6.Sign() != 0 {
			t.Fatalf("%v and %v, want %d and none, of\n%s", v4, v6, want, text.String())
		}
	})
}
