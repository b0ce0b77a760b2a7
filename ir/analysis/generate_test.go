package analysis

import (
	"fmt"
	"math/rand/v2"
	"net/netip"

	"github.com/pvefw/pvefw/ir"
)

// cluster draws rule lists like those of a made-up cluster: a few networks, many
// hosts in them, services, shared sets.
type cluster struct {
	*rand.Rand
	sets [2][]*ir.Set
}

func newCluster(seed uint64) *cluster {
	c := &cluster{Rand: rand.New(rand.NewPCG(seed, 1))}
	for f := range c.sets {
		for i := range 8 {
			s := &ir.Set{Name: fmt.Sprint("set", i)}
			for range 1 + c.IntN(20) {
				s.Entries = append(s.Entries, ir.SetEntry{Prefix: c.prefix(ir.Family(f)), NoMatch: c.IntN(8) == 0})
			}
			c.sets[f] = append(c.sets[f], s)
		}
	}
	return c
}

func (c *cluster) prefix(f ir.Family) netip.Prefix {
	if f == ir.V4 {
		a := netip.AddrFrom4([4]byte{10, byte(c.IntN(4)), byte(c.IntN(16)), byte(c.IntN(256))})
		return netip.PrefixFrom(a, []int{8, 16, 24, 24, 28, 32, 32, 32}[c.IntN(8)]).Masked()
	}
	a := netip.MustParseAddr("2001:db8::").As16()
	a[7], a[15] = byte(c.IntN(16)), byte(c.IntN(256))
	return netip.PrefixFrom(netip.AddrFrom16(a), []int{32, 48, 64, 64, 120, 128, 128, 128}[c.IntN(8)]).Masked()
}

func (c *cluster) addr(f ir.Family) *ir.Addr {
	switch c.IntN(10) {
	case 0, 1:
		return &ir.Addr{Set: c.sets[f][c.IntN(8)], Negated: c.IntN(8) == 0}
	case 2:
		p := c.prefix(f)
		last := p.Addr()
		for range c.IntN(40) {
			last = last.Next()
		}
		return &ir.Addr{Range: &ir.Range{First: p.Addr(), Last: last}}
	}
	return &ir.Addr{Prefixes: []netip.Prefix{c.prefix(f)}}
}

var services = []uint16{22, 25, 53, 80, 110, 123, 143, 161, 443, 445, 465, 587, 993, 995, 1194, 3306, 3389, 5432, 6379, 8006, 8080, 9090, 9100}

func (c *cluster) ports() *ir.Ports {
	p := &ir.Ports{}
	for range 1 + c.IntN(4)/2 {
		first := services[c.IntN(len(services))]
		r := ir.PortRange{First: first, Last: first}
		if c.IntN(6) == 0 {
			r.Last += uint16(c.IntN(2000))
		}
		p.Ranges = append(p.Ranges, r)
	}
	return p
}

func (c *cluster) rule(f ir.Family) *ir.Rule {
	r := &ir.Rule{Families: ir.Both, Verdict: ir.Verdict{Kind: []ir.VerdictKind{ir.Accept, ir.Accept, ir.Drop, ir.Reject}[c.IntN(4)]}}
	m := &r.Match
	if c.IntN(10) < 7 {
		m.Source = c.addr(f)
	}
	if c.IntN(10) < 4 {
		m.Dest = c.addr(f)
	}
	switch c.IntN(10) {
	case 0:
		m.Proto = &ir.Proto{Number: []uint8{1, 58}[f]}
		m.ICMP = &ir.ICMP{V6: f == ir.V6, Type: []uint8{8, 128}[f], Code: -1}
	case 1:
	case 2, 3, 4:
		m.Proto, m.DPort = &ir.Proto{Number: 17}, c.ports()
	default:
		m.Proto, m.DPort = &ir.Proto{Number: 6}, c.ports()
	}
	if m.DPort != nil && c.IntN(15) == 0 {
		m.SPort = c.ports()
	}
	if c.IntN(20) == 0 {
		m.State = ir.State(1 + c.IntN(31))
	}
	return r
}

func (c *cluster) rules(f ir.Family, n int) []*ir.Rule {
	var list []*ir.Rule
	for range n {
		list = append(list, c.rule(f))
	}
	return list
}

func asNodes(rules []*ir.Rule) []ir.Node {
	var nodes []ir.Node
	for _, r := range rules {
		nodes = append(nodes, r)
	}
	return nodes
}
