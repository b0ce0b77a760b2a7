package packet

import (
	"net/netip"
	"testing"

	"github.com/pvefw/pvefw/ir"
)

// chainOf50 is a chain of 50 rules with networks and ports of its own, between
// built-ins.
func chainOf50() *ir.Chain {
	nodes := []ir.Node{builtin(ir.DHCP, ir.In)}
	for i := range 50 {
		a := netip.AddrFrom4([4]byte{10, byte(i % 3), byte(i * 7 % 11), byte(i * 13 % 50)})
		m := tcpTo(uint16(20 + i*37%29))
		m.Source = &ir.Addr{Prefixes: []netip.Prefix{netip.PrefixFrom(a, []int{16, 24, 28, 32}[i%4]).Masked()}}
		nodes = append(nodes, rule(m, ir.VerdictKind(i%2), byDefault("x")))
	}
	nodes = append(nodes, builtin(ir.DropNoise, ir.In), rule(ir.Match{}, ir.Drop, byDefault("policy_in")))
	return chain(ir.In, nodes...)
}

// All packets of a guest at once, from the rules to four sets.
func BenchmarkDecideChain50(b *testing.B) {
	c := chainOf50()
	b.ReportAllocs()
	for range b.N {
		DecideChain(c, ir.V4)
	}
}

// What differs between two versions of a guest's rules, in a universe of both.
func BenchmarkCompareChains50(b *testing.B) {
	before, after := chainOf50(), chainOf50()
	after.Nodes[25] = rule(tcpTo(4444), ir.Accept, byDefault("x"))
	matches := append(ListMatches(ir.V4, ir.In, before.Nodes), ListMatches(ir.V4, ir.In, after.Nodes)...)
	b.ReportAllocs()
	for range b.N {
		u := NewUniverse(ir.V4, matches...)
		x, y := u.Decide(before.Nodes, ir.In, nil), u.Decide(after.Nodes, ir.In, nil)
		if x.Accept.Equal(y.Accept) != No || x.Drop.Minus(y.Drop).Empty() != No {
			b.Fatal("no difference was found")
		}
	}
}
