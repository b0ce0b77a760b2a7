package packet

import (
	"net/netip"

	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/ir"
)

// This file draws random matches and chains that random packets of anyPacket meet.

var (
	some4Nets  = []string{"0.0.0.0/0", "0.0.0.0/32", "10.0.0.0/8", "10.0.0.0/30", "10.0.0.9/32", "224.0.0.0/4", "128.0.0.0/1", "255.255.255.255/32"}
	some6Nets  = []string{"::/0", "fe80::/10", "2001:db8::/32", "2001:db8:9::/64", "2001:db8::1/128", "ff00::/8", "::ffff:0:0/96"}
	someRanges = [][2]string{{"10.0.0.1", "10.0.0.9"}, {"0.0.0.0", "10.0.0.1"}, {"10.0.0.9", "255.255.255.255"}, {"10.0.0.9", "10.0.0.1"},
		{"2001:db8::", "2001:db8:9::1"}, {"fe80::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}, {"10.0.0.1", "fe80::"}}
	someMACs = []string{"BC:24:11:00:00:01", "02:00:00:00:00:01"}
)

func maybe(t *rapid.T, name string, odds int) bool { return rapid.IntRange(1, odds).Draw(t, name) == 1 }

func anyNet(t *rapid.T) netip.Prefix {
	return netip.MustParsePrefix(rapid.SampledFrom(append(append([]string{}, some4Nets...), some6Nets...)).Draw(t, "net"))
}

func anySet(t *rapid.T) *ir.Set {
	s := &ir.Set{Name: "s"}
	for range rapid.IntRange(0, 6).Draw(t, "entries") {
		e := ir.SetEntry{Prefix: anyNet(t), NoMatch: maybe(t, "nomatch", 3)}
		if maybe(t, "dead", 8) {
			e.Skipped = "dead"
		}
		s.Entries = append(s.Entries, e)
	}
	return s
}

func anyAddr(t *rapid.T) *ir.Addr {
	switch rapid.IntRange(0, 5).Draw(t, "addr") {
	case 0:
		return &ir.Addr{Set: anySet(t), Negated: rapid.Bool().Draw(t, "negated")}
	case 1:
		r := rapid.SampledFrom(someRanges).Draw(t, "range")
		return &ir.Addr{Range: &ir.Range{First: netip.MustParseAddr(r[0]), Last: netip.MustParseAddr(r[1])}}
	case 2:
		return &ir.Addr{Prefixes: []netip.Prefix{anyNet(t), anyNet(t)}}
	}
	return &ir.Addr{Prefixes: []netip.Prefix{anyNet(t)}}
}

func anyPorts(t *rapid.T) *ir.Ports {
	var p ir.Ports
	for range rapid.IntRange(1, 3).Draw(t, "ranges") {
		first := rapid.SampledFrom(somePorts).Draw(t, "first")
		r := ir.PortRange{First: first, Last: first}
		if maybe(t, "wide", 2) {
			r.Last = rapid.SampledFrom(somePorts).Draw(t, "last")
		}
		p.Ranges = append(p.Ranges, r)
	}
	return &p
}

func anyMatch(t *rapid.T) ir.Match {
	var m ir.Match
	if maybe(t, "has source", 3) {
		m.Source = anyAddr(t)
	}
	if maybe(t, "has dest", 3) {
		m.Dest = anyAddr(t)
	}
	if maybe(t, "has proto", 2) {
		m.Proto = &ir.Proto{Number: rapid.SampledFrom([]uint8{0, 1, 2, 6, 6, 17, 17, 58, 132}).Draw(t, "proto")}
	}
	if maybe(t, "has dport", 3) {
		m.DPort = anyPorts(t)
	}
	if maybe(t, "has sport", 8) {
		m.SPort = anyPorts(t)
	}
	if maybe(t, "has type", 8) {
		m.ICMP = anyICMP(t)
		if maybe(t, "also", 4) {
			m.ICMP.Also = anyICMP(t)
		}
	}
	return rareParts(t, m)
}

func anyICMP(t *rapid.T) *ir.ICMP {
	return &ir.ICMP{V6: rapid.Bool().Draw(t, "v6"), Any: maybe(t, "any type", 4),
		Type: rapid.SampledFrom(someICMP).Draw(t, "type"), Code: rapid.SampledFrom([]int{-1, 0, 3, 4, 300}).Draw(t, "code")}
}

func rareParts(t *rapid.T, m ir.Match) ir.Match {
	switch rapid.IntRange(0, 20).Draw(t, "rare") {
	case 0:
		m.In = rapid.SampledFrom([]string{"lo", "vmbr0", "vmbr1"}).Draw(t, "in")
	case 1:
		m.Out = rapid.SampledFrom([]string{"lo", "vmbr0"}).Draw(t, "out")
	case 2:
		m.State = ir.State(rapid.IntRange(1, 31).Draw(t, "state"))
	case 3:
		m.NotMAC = rapid.SampledFrom(someMACs).Draw(t, "mac")
	case 4:
		mask := rapid.Uint8Range(0, 63).Draw(t, "mask")
		m.Flags = &ir.TCPFlags{Mask: mask, Want: rapid.Uint8Range(0, 63).Draw(t, "want") & mask, Negated: rapid.Bool().Draw(t, "not")}
	case 5:
		m.SrcType = ir.AddrType(rapid.IntRange(0, 3).Draw(t, "srctype"))
	case 6:
		m.DstType = ir.AddrType(rapid.IntRange(0, 3).Draw(t, "dsttype"))
	case 7, 8:
		m.AcceptedBySender = true
	}
	return m
}

func anyFamilies(t *rapid.T) ir.Families {
	return rapid.SampledFrom([]ir.Families{ir.Both, ir.Both, ir.OnlyV4, ir.OnlyV6, ir.NoFamily}).Draw(t, "families")
}

func anyRule(t *rapid.T) *ir.Rule {
	return &ir.Rule{Families: anyFamilies(t), Match: anyMatch(t), Verdict: ir.Verdict{Kind: ir.VerdictKind(rapid.IntRange(0, 2).Draw(t, "verdict"))}}
}

func anyBuiltin(t *rapid.T, d ir.Direction) *ir.Builtin {
	b := &ir.Builtin{Kind: ir.BuiltinKind(rapid.IntRange(0, int(ir.RejectNoise)).Draw(t, "kind")), Dir: d, Families: anyFamilies(t),
		MAC: someMACs[0], RA: rapid.Bool().Draw(t, "ra"), Net: anyAddr(t), AnyCast: rapid.Bool().Draw(t, "anycast")}
	b.Peers = []ir.CorosyncPeer{{Family: ir.V4, Local: some4[1], Remote: some4[2]}, {Family: ir.V6, Local: some6[0], Remote: some6[1]}}
	b.Set = anySet(t)
	return b
}

// anyNodes draws a list; calls only where groups are given.
func anyNodes(t *rapid.T, d ir.Direction, groups []*ir.Group) []ir.Node {
	var nodes []ir.Node
	for range rapid.IntRange(0, 7).Draw(t, "nodes") {
		switch k := rapid.IntRange(0, 9).Draw(t, "node"); {
		case k == 0:
			nodes = append(nodes, &ir.Skipped{Families: ir.Both})
		case k <= 2:
			nodes = append(nodes, anyBuiltin(t, d))
		case k <= 4 && len(groups) > 0:
			c := &ir.Call{Families: anyFamilies(t), Group: rapid.SampledFrom(groups).Draw(t, "group")}
			c.Match.In = rapid.SampledFrom([]string{"", "vmbr0"}).Draw(t, "call in")
			nodes = append(nodes, c)
		default:
			nodes = append(nodes, anyRule(t))
		}
	}
	return nodes
}

func anyBuild(t *rapid.T, n int) [2]ir.Build {
	builds := [2]ir.Build{ir.Whole(n), ir.Whole(n)}
	for f := range builds {
		if maybe(t, "half", 6) {
			builds[f] = ir.Build{Exists: rapid.Bool().Draw(t, "exists"), Hooked: rapid.Bool().Draw(t, "hooked"), Nodes: rapid.IntRange(0, n).Draw(t, "made")}
		}
	}
	return builds
}

// anyChain draws a chain with groups, some of them made half-way.
func anyChain(t *rapid.T) *ir.Chain {
	d := ir.Direction(rapid.IntRange(0, 1).Draw(t, "direction"))
	var groups []*ir.Group
	for range rapid.IntRange(0, 2).Draw(t, "groups") {
		nodes := anyNodes(t, d, groups)
		b := &ir.Body{Dir: d, Nodes: nodes, Build: anyBuild(t, len(nodes))}
		groups = append(groups, &ir.Group{In: b, Out: b})
	}
	nodes := anyNodes(t, d, groups)
	return &ir.Chain{Dir: d, Nodes: nodes, Build: anyBuild(t, len(nodes))}
}
