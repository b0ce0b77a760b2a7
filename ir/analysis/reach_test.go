package analysis

import (
	"net/netip"
	"testing"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

func tcp(port uint16, source string) ir.Match {
	m := ir.Match{Proto: &ir.Proto{Number: 6}, DPort: &ir.Ports{Ranges: []ir.PortRange{{First: port, Last: port}}}, State: ir.New}
	if source != "" {
		m.Source = &ir.Addr{Prefixes: []netip.Prefix{netip.MustParsePrefix(source)}}
	}
	return m
}

func accept(m ir.Match) *ir.Rule { return &ir.Rule{Families: ir.Both, Match: m} }

func drop(m ir.Match) *ir.Rule {
	return &ir.Rule{Families: ir.Both, Match: m, Verdict: ir.Verdict{Kind: ir.Drop}}
}

func hostWith(nodes ...ir.Node) *ir.Policy {
	return &ir.Policy{Host: &ir.Endpoint{Name: "host", In: whole(ir.In, nodes)}}
}

func TestReach(t *testing.T) {
	bound := tcp(8006, "10.0.0.0/8")
	bound.In = "vmbr1"
	blocked := drop(tcp(8006, "10.0.0.0/9"))
	leak := accept(ir.Match{AcceptedBySender: true})
	loop := accept(ir.Match{In: "lo"})
	end := drop(ir.Match{})
	probe := tcp(8006, "10.0.0.0/8")
	group := &ir.Group{In: &ir.Body{Nodes: []ir.Node{accept(probe)}, Build: [2]ir.Build{ir.Whole(1), ir.Whole(1)}}}
	for name, c := range map[string]struct {
		policy *ir.Policy
		want   Extent
		by     ir.Node
	}{
		"no chain":         {&ir.Policy{Host: &ir.Endpoint{}}, WholeThrough, nil},
		"switched off":     {&ir.Policy{Off: true, Host: hostWith(end).Host}, WholeThrough, nil},
		"does not compile": {&ir.Policy{Fatal: &ir.Skipped{}, Host: hostWith(end).Host}, UnknownExtent, nil},
		"refused":          {&ir.Policy{Refusals: []ir.Refusal{{Carrier: ir.IPTables}}, Host: hostWith(end).Host}, UnknownExtent, nil},
		"refused in IPv6":  {&ir.Policy{Refusals: []ir.Refusal{{Carrier: ir.IP6Tables}}, Host: hostWith(end).Host}, NoneThrough, end},
		"closed":           {hostWith(leak, loop, end), NoneThrough, end},
		"one interface":    {hostWith(accept(bound), end), WholeThrough, nil},
		"half of it":       {hostWith(blocked, accept(probe), end), PartThrough, blocked},
		"other port":       {hostWith(accept(tcp(22, "")), end), NoneThrough, end},
		"group on one interface": {hostWith(&ir.Call{Families: ir.Both, Match: ir.Match{In: "vmbr1"}, Group: group}, end),
			WholeThrough, nil},
	} {
		got := NewReach(c.policy, c.policy.Host, ir.In).Of(ir.V4, probe)
		if got.Extent != c.want || got.By.Node != c.by || (got.Witness != nil) != (c.by != nil) {
			t.Errorf("%s: %v, witness %v, by %v", name, got.Extent, got.Witness, got.By.Node)
		}
	}
}

// Law: Reach says of single packets what the evaluator says of them, over the
// interfaces that there are.
func TestReachAgreesWithTheEvaluator(t *testing.T) {
	devices := []string{"", "vmbr0", "vmbr1"}
	let, kept := 0, 0
	for seed := range uint64(60) {
		c := newCluster(seed)
		rules := c.rules(ir.V4, 12)
		for _, r := range rules {
			r.Match.In = devices[c.IntN(3)]
		}
		p := hostWith(append(asNodes(rules), drop(ir.Match{}))...)
		reach, eval := NewReach(p, p.Host, ir.In), packet.NewEvaluator(p)
		for range 40 {
			m := c.rule(ir.V4).Match
			sample, ok := packet.NewUniverse(ir.V4, &m).Match(&m).Sample()
			if !ok || sample.Proto != 6 && sample.Proto != 17 {
				continue
			}
			got, want := reach.Of(ir.V4, exactly(sample)).Extent, NoneThrough
			for _, name := range devices {
				sample.In = name
				if eval.Chain(p.Host.In, sample).Verdict.Kind == ir.Accept {
					want = WholeThrough
				}
			}
			if got != want {
				t.Fatalf("seed %d: %v of %+v, want %v", seed, got, sample, want)
			}
			if want == NoneThrough {
				kept++
			} else {
				let++
			}
		}
	}
	if let < 50 || kept < 50 {
		t.Errorf("only %d packets let through and %d kept out", let, kept)
	}
}

// exactly is a match of nothing but a packet.
func exactly(p *packet.Packet) ir.Match {
	one := func(port uint16) *ir.Ports { return &ir.Ports{Ranges: []ir.PortRange{{First: port, Last: port}}} }
	addr := func(a netip.Addr) *ir.Addr {
		return &ir.Addr{Prefixes: []netip.Prefix{netip.PrefixFrom(a, a.BitLen())}}
	}
	return ir.Match{Source: addr(p.Source), Dest: addr(p.Dest), Proto: &ir.Proto{Number: p.Proto},
		SPort: one(p.SPort), DPort: one(p.DPort), State: p.State}
}
