package analysis

import (
	"net/netip"
	"testing"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

func prefixAddr(text string) *ir.Addr {
	return &ir.Addr{Prefixes: []netip.Prefix{netip.MustParsePrefix(text)}}
}

func setOf(e ir.SetEntry) *ir.Set { return &ir.Set{Entries: []ir.SetEntry{e}} }

// Invariant: lists that decide differently have different digests.
func TestDigestsTellMatchesApart(t *testing.T) {
	ten := netip.MustParsePrefix("10.0.0.0/8")
	span := func(first, last string) *ir.Addr {
		return &ir.Addr{Range: &ir.Range{First: netip.MustParseAddr(first), Last: netip.MustParseAddr(last)}}
	}
	ports := func(list ...ir.PortRange) *ir.Ports { return &ir.Ports{Ranges: list} }
	matches := []ir.Match{
		{}, {In: "a"}, {Out: "a"}, {NotMAC: "a"}, {SrcType: 1}, {DstType: 1}, {State: 1}, {AcceptedBySender: true},
		{Source: prefixAddr("10.0.0.0/8")}, {Dest: prefixAddr("10.0.0.0/8")}, {Source: prefixAddr("10.0.0.0/9")}, {Source: prefixAddr("::a00:0/104")},
		{Source: &ir.Addr{Prefixes: []netip.Prefix{ten, ten}}}, {Source: &ir.Addr{}},
		{Source: span("10.0.0.1", "10.0.0.2")}, {Source: span("10.0.0.1", "10.0.0.3")}, {Dest: span("10.0.0.1", "10.0.0.3")},
		{Source: &ir.Addr{Set: setOf(ir.SetEntry{Prefix: ten})}}, {Source: &ir.Addr{Set: setOf(ir.SetEntry{Prefix: ten}), Negated: true}},
		{Source: &ir.Addr{Set: setOf(ir.SetEntry{Prefix: ten, NoMatch: true})}}, {Source: &ir.Addr{Set: setOf(ir.SetEntry{Prefix: ten, Skipped: "x"})}},
		{SPort: ports(ir.PortRange{First: 1, Last: 2})}, {DPort: ports(ir.PortRange{First: 1, Last: 2})}, {DPort: ports(ir.PortRange{First: 1, Last: 3})},
		{DPort: ports(ir.PortRange{First: 1, Last: 1}, ir.PortRange{First: 2, Last: 2})}, {DPort: ports()},
		{Proto: &ir.Proto{}}, {Proto: &ir.Proto{Number: 6}},
		{ICMP: &ir.ICMP{}}, {ICMP: &ir.ICMP{V6: true}}, {ICMP: &ir.ICMP{Any: true}}, {ICMP: &ir.ICMP{Type: 1}}, {ICMP: &ir.ICMP{Code: -1}},
		{ICMP: &ir.ICMP{Also: &ir.ICMP{}}},
		{Flags: &ir.TCPFlags{}}, {Flags: &ir.TCPFlags{Mask: 1}}, {Flags: &ir.TCPFlags{Mask: 1, Want: 1}}, {Flags: &ir.TCPFlags{Negated: true}},
	}
	seen := map[digest]int{}
	var w writer
	for i := range matches {
		for _, kind := range []ir.VerdictKind{ir.Accept, ir.Drop} {
			r := &ir.Rule{Families: ir.Both, Match: matches[i], Verdict: ir.Verdict{Kind: kind}}
			body := &ir.Body{Nodes: []ir.Node{r}, Build: [2]ir.Build{ir.Whole(1), ir.Whole(1)}}
			call := &ir.Call{Families: ir.Both, Group: &ir.Group{In: body, Out: body}}
			for _, nodes := range [][]ir.Node{{r}, {r, r}, {call}} {
				for _, f := range families {
					d := w.digest(flatten(nodes, ir.In, f, nil), f)
					if before, ok := seen[d]; ok {
						t.Errorf("matches %d and %d have the same digest", before, i)
					}
					seen[d] = i
				}
			}
		}
	}
}

// Which names interfaces and MACs have makes no difference, only which are the
// same.
func TestDigestsDoNotTellNamesApart(t *testing.T) {
	list := func(names ...string) digest {
		var w writer
		var nodes []ir.Node
		for _, n := range names {
			nodes = append(nodes, &ir.Rule{Families: ir.Both, Match: ir.Match{In: n, NotMAC: "02:00:00:00:00:" + n}})
		}
		return w.digest(flatten(nodes, ir.In, ir.V4, nil), ir.V4)
	}
	if list("aa", "bb", "aa") != list("cc", "dd", "cc") {
		t.Error("other names make another list")
	}
	if list("aa", "bb", "aa") == list("aa", "bb", "bb") || list("aa", "") == list("aa", "bb") {
		t.Error("lists that use names differently are one")
	}
}

// What leaves a built-in goes on behind it as if nothing had been.
func TestLeavingEndsWithTheBuiltin(t *testing.T) {
	fresh := func() *ir.Rule {
		return &ir.Rule{Families: ir.Both, Match: ir.Match{State: ir.New, Source: prefixAddr("0.0.0.0/32")}, Verdict: ir.Verdict{Kind: ir.Accept}}
	}
	smurfs := &ir.Builtin{Kind: ir.Smurfs, Families: ir.Both}
	items := (&Analyzer{}).List([]ir.Node{smurfs, fresh(), fresh()}, ir.In, ir.V4)
	first, second := items[len(items)-2].Cover, items[len(items)-1].Cover
	if first.Empty || first.Covered != packet.No {
		t.Errorf("the first packet of a DHCP client: %+v", first)
	}
	if second.Covered != packet.Yes || len(second.Blockers) != 1 || second.Blockers[0] != len(items)-2 || second.Opposed != -1 {
		t.Errorf("the same rule again: %+v", second)
	}
}
