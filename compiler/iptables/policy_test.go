package iptables

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/compiler"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
)

// This file makes policies by hand: the shapes that ir/lower promises, without
// the layers above it.

var (
	byPolicy = ir.Origin{Steps: []ir.Step{{Kind: ir.ByPolicy}}}
	file     = source.NewFile("100.fw", make([]byte, 1000))
)

// line is an origin of its own for the n-th rule.
func line(n int, steps ...ir.Step) ir.Origin {
	return ir.Origin{Span: file.Span(10*n, 10*n+5), Steps: steps}
}

func builtin(k ir.BuiltinKind, d ir.Direction) *ir.Builtin {
	return &ir.Builtin{Kind: k, Dir: d, Families: ir.Both}
}

func chainOf(d ir.Direction, nodes ...ir.Node) *ir.Chain {
	whole := ir.Whole(len(nodes))
	return &ir.Chain{Dir: d, Nodes: nodes, Build: [2]ir.Build{whole, whole}}
}

func bodyOf(name string, d ir.Direction, nodes ...ir.Node) *ir.Body {
	whole := ir.Whole(len(nodes))
	return &ir.Body{Name: name, Dir: d, Nodes: nodes, Build: [2]ir.Build{whole, whole}}
}

func closing(v ir.VerdictKind, log *ir.Log) *ir.Rule {
	return &ir.Rule{Families: ir.Both, Verdict: ir.Verdict{Kind: v}, Log: log, Origin: byPolicy}
}

func tcp(port uint16, text string) ir.Match {
	return ir.Match{Proto: &ir.Proto{Text: "tcp", Number: 6},
		DPort: &ir.Ports{Text: text, Ranges: []ir.PortRange{{First: port, Last: port}}}}
}

var managementSet = &ir.Set{Name: "management", Declared: 1, Entries: []ir.SetEntry{
	{Text: "10.20.0.0/16", Prefix: netip.MustParsePrefix("10.20.0.0/16")}}}

// plain is a node with everything at its default and no guests; extra nodes go
// between the built-ins and the management rules of the incoming chain.
func plain(extra ...ir.Node) *ir.Policy {
	management := builtin(ir.Management, ir.In)
	management.Set = managementSet
	local := builtin(ir.Management, ir.Out)
	local.Families = ir.OnlyV4
	local.Net = &ir.Addr{Text: "10.20.0.0/16", Prefixes: []netip.Prefix{netip.MustParsePrefix("10.20.0.0/16")}}
	in := hostFrame(ir.In, true)
	in = append(append(in, extra...), management, builtin(ir.DropNoise, ir.In), closing(ir.Drop, nil))
	out := append(hostFrame(ir.Out, false), local, closing(ir.Accept, nil))
	return &ir.Policy{
		Node:     "pve1",
		Host:     &ir.Endpoint{Name: "host", In: chainOf(ir.In, in...), Out: chainOf(ir.Out, out...)},
		Forward:  bodyOf("forward", ir.In, builtin(ir.DropInvalid, ir.In), builtin(ir.Established, ir.In)),
		BridgeIn: bodyOf("bridge-in", ir.In, v4Only(builtin(ir.Smurfs, ir.In))),
		Sets:     []*ir.Set{managementSet},
		Layer2:   true,
		Limit:    ir.LogLimit{Rate: "1/sec"},
	}
}

func hostFrame(d ir.Direction, in bool) []ir.Node {
	ndp := v6Only(builtin(ir.NDP, d))
	ndp.RA = in
	nodes := []ir.Node{builtin(ir.Loopback, d), builtin(ir.DropInvalid, d), builtin(ir.Established, d), ndp}
	if in {
		nodes = append(nodes, v4Only(builtin(ir.Smurfs, d)))
	}
	return append(nodes, builtin(ir.IGMP, d))
}

func v4Only(b *ir.Builtin) *ir.Builtin { b.Families = ir.OnlyV4; return b }
func v6Only(b *ir.Builtin) *ir.Builtin { b.Families = ir.OnlyV6; return b }

// guest is a VM's card with the default options; the rules go where a guest's
// rules go.
func guest(device string, vmid int, mac string, in, out []ir.Node) *ir.Endpoint {
	mark := func(d ir.Direction) *ir.Builtin { b := builtin(ir.ConnMark, d); b.Mark = vmid; return b }
	heard := v6Only(builtin(ir.NDP, ir.In))
	heard.RA = true
	filter := builtin(ir.MACFilter, ir.Out)
	filter.MAC = mac
	inNodes := append([]ir.Node{mark(ir.In), builtin(ir.DHCP, ir.In), heard}, in...)
	outNodes := append([]ir.Node{mark(ir.Out), builtin(ir.DHCP, ir.Out), filter, v6Only(builtin(ir.RADrop, ir.Out)),
		builtin(ir.ClearMark, ir.Out), v6Only(builtin(ir.NDP, ir.Out))}, out...)
	return &ir.Endpoint{Kind: ir.VMNIC, Name: device, VMID: vmid, Device: device, MAC: mac, Plugged: true,
		In: chainOf(ir.In, inNodes...), Out: chainOf(ir.Out, outNodes...), Link: &ir.Link{MAC: mac}}
}

// emit returns the texts by name and fails on findings.
func emit(t *testing.T, p *ir.Policy) map[string]string {
	t.Helper()
	artifacts, findings := New().Emit(p)
	for _, d := range findings {
		t.Errorf("finding %s: %s", d.Rule.Code, d.Message)
	}
	return byName(artifacts)
}

func byName(artifacts []compiler.Artifact) map[string]string {
	texts := map[string]string{}
	for _, a := range artifacts {
		texts[a.Name] = a.Text
	}
	return texts
}

// rulesOf returns the rules of one chain without "-A NAME", its signature last.
func rulesOf(text, chain string) []string {
	var rules []string
	for _, l := range strings.Split(text, "\n") {
		if rest, ok := strings.CutPrefix(l, "-A "+chain+" "); ok {
			rules = append(rules, rest)
		}
	}
	return rules
}

// signatureOf returns what follows PVESIG: in a chain, or "" without the chain.
func signatureOf(text, chain string) string {
	rules := rulesOf(text, chain)
	if len(rules) == 0 {
		return ""
	}
	_, sig, _ := strings.Cut(strings.TrimSuffix(rules[len(rules)-1], `"`), "PVESIG:")
	return sig
}

func sameLines(t *testing.T, what string, got, want []string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n got:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
