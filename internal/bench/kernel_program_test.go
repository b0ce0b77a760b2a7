//go:build linux

package bench

import (
	"fmt"

	"github.com/pvefw/pvefw/compiler/nft"
)

// guestRules is a program of so many guests with so many rules each, one by one. It
// stands in the host's table, because many kernels cannot filter on bridges as the
// guests' table needs it; what is measured does not depend on that.
func guestRules(guests, rules int) *nft.Program {
	t := &nft.Table{Family: nft.Inet, Name: nft.HostTable}
	entry := &nft.Set{Name: "from-port", Key: []nft.Field{nft.InName, nft.Protocol}, Verdicts: true}
	t.Sets = []*nft.Set{entry}
	base := &nft.Chain{Name: "prerouting", Hook: &nft.Hook{Point: nft.Prerouting, Priority: -10}}
	base.Rules = []*nft.Rule{{Stmts: []nft.Stmt{&nft.Dispatch{Fields: entry.Key, Map: entry}}, Comment: "00000000 from-port"}}
	t.Chains = []*nft.Chain{base}
	ip := nft.Value{Lo: 0x0800}
	for g := range guests {
		c := guestChain(g, rules)
		port := nft.Value{Name: fmt.Sprintf("tap%di0", 100+g)}
		entry.Elements = append(entry.Elements, nft.Element{Key: []nft.Span{{First: port, Last: port}, {First: ip, Last: ip}}, Verdict: nft.Verdict{Kind: nft.Goto, Chain: c.Name}})
		t.Chains = append(t.Chains, c)
	}
	for _, c := range t.Chains {
		c.Hash = c.Restate()
	}
	return &nft.Program{Tables: []*nft.Table{t}}
}

// What all guests' rules share.
var (
	isIPv4  nft.Stmt = &nft.Compare{Field: nft.NFProto, Value: nft.Value{Lo: 2}}
	isTCP   nft.Stmt = &nft.Compare{Field: nft.L4Proto, Value: nft.Value{Lo: 6}}
	accepts nft.Stmt = &nft.Verdict{Kind: nft.Accept}
	drops   nft.Stmt = &nft.Verdict{Kind: nft.Drop}
)

func guestChain(g, rules int) *nft.Chain {
	c := &nft.Chain{Name: fmt.Sprintf("tap%di0-out-4", 100+g)}
	for r := range rules {
		source := nft.Value{Lo: 10<<24 | uint64(g)<<8 | uint64(r)}
		c.Rules = append(c.Rules, &nft.Rule{Comment: fmt.Sprintf("%08x %d.fw:%d", g*rules+r, 100+g, r+4), Stmts: []nft.Stmt{
			isIPv4, &nft.Compare{Field: nft.IPSource, Value: source}, isTCP, &nft.Compare{Field: nft.DestPort, Value: nft.Value{Lo: uint64(r + 1)}}, accepts}})
	}
	c.Rules = append(c.Rules, &nft.Rule{Comment: fmt.Sprintf("%08x policy", g), Stmts: []nft.Stmt{drops}})
	return c
}
