package nft

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/pvefw/pvefw/ir"
)

// busy is a node of many guests with the rules of each folding a little.
func busy(guests, rules int) *ir.Policy {
	p := &ir.Policy{}
	whole := func(nodes []ir.Node) [2]ir.Build { return [2]ir.Build{ir.Whole(len(nodes)), ir.Whole(len(nodes))} }
	origin := ir.Origin{Steps: []ir.Step{{Kind: ir.ByRule, Name: "rule"}}}
	frame := []ir.Node{&ir.Builtin{Kind: ir.DropInvalid, Families: ir.Both, Origin: origin}, &ir.Builtin{Kind: ir.Established, Families: ir.Both, Origin: origin}}
	p.Forward = &ir.Body{Nodes: frame, Build: whole(frame)}
	tcp := &ir.Proto{Text: "tcp", Number: 6}
	for g := range guests {
		nic := &ir.Endpoint{Name: fmt.Sprintf("vm%d/net0", 100+g), VMID: 100 + g, Device: fmt.Sprintf("tap%di0", 100+g), Plugged: true, Origin: origin}
		nodes := []ir.Node{&ir.Builtin{Kind: ir.ConnMark, Families: ir.Both, Mark: 100 + g, Origin: origin}, &ir.Builtin{Kind: ir.DHCP, Families: ir.Both, Origin: origin}}
		for r := range rules {
			addr := netip.AddrFrom4([4]byte{10, byte(g >> 8), byte(g), byte(r)})
			nodes = append(nodes, &ir.Rule{Families: ir.OnlyV4, Origin: origin, Match: ir.Match{Proto: tcp,
				Source: &ir.Addr{Prefixes: []netip.Prefix{netip.PrefixFrom(addr, 32)}}, DPort: &ir.Ports{Ranges: []ir.PortRange{{First: uint16(r), Last: uint16(r)}}}}})
		}
		nodes = append(nodes, &ir.Builtin{Kind: ir.DropNoise, Families: ir.Both, Origin: origin}, &ir.Rule{Families: ir.Both, Verdict: ir.Verdict{Kind: ir.Drop}, Origin: origin})
		nic.In = &ir.Chain{Nodes: nodes, Build: whole(nodes)}
		p.NICs = append(p.NICs, nic)
	}
	return p
}

// Emission of a thousand guests with twenty rules each.
func BenchmarkEmit(b *testing.B) {
	p := busy(1000, 20)
	for form, o := range forms {
		b.Run(form, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				program, _ := Build(p, o)
				b.SetBytes(int64(len(program.Script())))
			}
		})
	}
}
