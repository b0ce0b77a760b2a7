package ir

import (
	"net/netip"
	"strings"
	"testing"
)

func TestVerifyAcceptsASoundPolicy(t *testing.T) {
	if errs := Verify(sample()); errs != nil {
		t.Errorf("sound policy:\n%s", messages(errs))
	}
	off := &Policy{Off: true, OffReason: &Skipped{Reason: "enable is 0"}, NICs: []*Endpoint{{Kind: VMNIC, Name: "vm1/net0", Plugged: true}}}
	if errs := Verify(off); errs != nil {
		t.Errorf("policy that is off:\n%s", messages(errs))
	}
}

func TestVerifyFindsWhatIsBroken(t *testing.T) {
	rule := func(p *Policy) *Rule { return p.Host.In.Nodes[4].(*Rule) }
	for _, c := range []struct {
		name, want string
		breakIt    func(*Policy)
	}{
		{"no closing", "host IN: the last node is no closing policy", func(p *Policy) { p.Host.In = chainOf(In, p.Host.In.Nodes[0]) }},
		{"empty chain", "host OUT: no closing policy", func(p *Policy) { p.Host.Out = chainOf(Out) }},
		{"conditional closing", "vm100/net0 IN: the last node is no closing policy", func(p *Policy) {
			p.NICs[0].In.Nodes[7].(*Rule).Match.Proto = protoTCP
		}},
		{"direction", "host IN: the chain says OUT", func(p *Policy) { p.Host.In.Dir = Out }},
		{"builtin direction", "host IN node 1: built-in loopback is for OUT", func(p *Policy) { p.Host.In.Nodes[0].(*Builtin).Dir = Out }},
		{"no origin", "host IN node 5: no origin", func(p *Policy) { rule(p).Origin = Origin{} }},
		{"no family", "host IN node 5: no family", func(p *Policy) { rule(p).Families = NoFamily }},
		{"leave", "host IN node 5: verdict LEAVE in a chain", func(p *Policy) { rule(p).Verdict.Kind = Leave }},
		{"level", "host IN node 5: no syslog level", func(p *Policy) { rule(p).Log.Level = 8 }},
		{"backwards ports", `destination port "9:3" runs backwards`, func(p *Policy) {
			rule(p).Match.DPort = &Ports{Text: "9:3", Ranges: []PortRange{{9, 3}}}
		}},
		{"ports without protocol", "a destination port without a protocol", func(p *Policy) { rule(p).Match.Proto = nil }},
		{"unmasked", "prefix 10.1.2.3/8 is not masked", func(p *Policy) {
			rule(p).Families, rule(p).Match.Source = OnlyV4, &Addr{Text: "x", Prefixes: []netip.Prefix{netip.MustParsePrefix("10.1.2.3/8")}}
		}},
		{"wrong family", `source "10.0.0.0/8" is not of the rule's family`, func(p *Policy) {
			rule(p).Families, rule(p).Match.Source = OnlyV6, prefixAddr("10.0.0.0/8")
		}},
		{"one family in both", `source "10.0.0.0/8" is not of the rule's family`, func(p *Policy) { rule(p).Match.Source = prefixAddr("10.0.0.0/8") }},
		{"empty address", `source "" is 0 kinds of address at once`, func(p *Policy) { rule(p).Match.Source = &Addr{} }},
		{"negated literal", "is negated without being a set", func(p *Policy) {
			rule(p).Families, rule(p).Match.Source = OnlyV4, prefixAddr("10.0.0.0/8")
			rule(p).Match.Source.Negated = true
		}},
		{"backwards range", "is no range", func(p *Policy) {
			r := p.NICs[0].In.Nodes[5].(*Rule).Match.Source.Range
			r.First, r.Last = r.Last, r.First
		}},
		{"foreign set", "is a set that the policy does not list", func(p *Policy) { rule(p).Match.Source.Set = &Set{Name: "office"} }},
		{"foreign group", "host IN node 3: calls a group that the policy does not list", func(p *Policy) { p.Groups = nil }},
		{"rich call", "more than an interface limits the call", func(p *Policy) { p.Host.In.Nodes[2].(*Call).Match.Proto = protoTCP }},
		{"icmp family", "the ICMP type echo-request is not of the rule's family", func(p *Policy) {
			rule(p).Match = Match{Proto: protoICMP, ICMP: &ICMP{Text: "echo-request", Type: 8, Code: -1}}
		}},
		{"flags", "TCP flags are wanted that are not looked at", func(p *Policy) {
			rule(p).Match.Flags = &TCPFlags{Mask: flagSYN, Want: flagACK}
		}},
		{"silent skip", "skipped without a reason", func(p *Policy) { p.Host.In.Nodes[5].(*Skipped).Reason = "" }},
		{"builtin without set", "built-in blacklist has no set", func(p *Policy) { p.Host.In.Nodes[1].(*Builtin).Set = nil }},
		{"builtin with too much", "built-in loopback has parameters of another kind", func(p *Policy) { p.Host.In.Nodes[0].(*Builtin).MAC = "x" }},
		{"bad peer", `built-in corosync: "pve2" is no IPv4 address`, func(p *Policy) { p.Host.Out.Nodes[1].(*Builtin).Peers[0].Remote = "pve2" }},
		{"smurfs", "bridge frame node 1: built-in smurfs is for IPv4 only", func(p *Policy) { p.BridgeIn.Nodes[0].(*Builtin).Families = Both }},
		{"build too long", "IPv4 has 99 of 9 nodes", func(p *Policy) { p.Host.In.Build[V4].Nodes = 99 }},
		{"hooked half", "in force for IPv6 with 4 of 8 nodes", func(p *Policy) { p.NICs[0].In.Build[V6].Hooked = true }},
		{"hooked nothing", "IPv6 does not exist", func(p *Policy) { p.NICs[0].Out.Build[V6].Hooked = true }},
		{"unplugged", "ct200/net0: is filtered without being plugged", func(p *Policy) { p.NICs[1].In = p.NICs[0].In }},
		{"twins", "vm100/net0: two endpoints have this name", func(p *Policy) { p.NICs[1].Name = "vm100/net0" }},
		{"off with host", "policy: off, but something is filtered", func(p *Policy) { p.Off, p.OffReason = true, &Skipped{Reason: "x"} }},
		{"entry", `set dc/office: entry "10.0.0.0/8": prefix`, func(p *Policy) { p.Sets[0].Entries[0].Prefix = netip.MustParsePrefix("10.0.0.1/8") }},
		{"refusal", "ebtables is refused without a reason", func(p *Policy) { p.Refusals[0].Reason = "" }},
	} {
		p := sample()
		c.breakIt(p)
		if got := messages(Verify(p)); !strings.Contains(got, c.want) {
			t.Errorf("%s: want %q in\n%s", c.name, c.want, got)
		}
	}
}

// A refused text may hold values that no kernel would take.
func TestVerifyExcusesWhatARefusalBlames(t *testing.T) {
	p := sample()
	r := p.Host.In.Nodes[4].(*Rule)
	r.Families, r.Match.Source = OnlyV4, &Addr{Text: "2001:db8::1", Prefixes: []netip.Prefix{netip.MustParsePrefix("2001:db8::1/128")}}
	if Verify(p) == nil {
		t.Fatal("an IPv6 address in IPv4 must be found")
	}
	p.Refusals = append(p.Refusals, Refusal{Carrier: IPTables, Reason: "address of the other family", Origin: at(guestFW, 1)})
	if errs := Verify(p); errs != nil {
		t.Errorf("refused, but judged again:\n%s", messages(errs))
	}
}
