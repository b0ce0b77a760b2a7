package nft

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// forwarding is a node that routes and bridges, with a list for each.
func forwarding() *ir.Policy {
	m := &maker{Rand: rand.New(rand.NewPCG(1, 1)), policy: &ir.Policy{}}
	p := m.policy
	p.Forward = m.body(ir.In, m.builtin(ir.DropInvalid, ir.In, ir.Both), m.builtin(ir.Established, ir.In, ir.Both))
	p.NICs = []*ir.Endpoint{m.nic(100, "vmbr0", true, false), m.nic(101, "vnet1", true, false)}
	tcp := func(port uint16, v ir.VerdictKind, in string) *ir.Rule {
		return &ir.Rule{Families: ir.Both, Origin: m.origin(), Verdict: ir.Verdict{Kind: v}, Match: ir.Match{In: in,
			Proto: &ir.Proto{Text: "tcp", Number: protoTCP}, DPort: &ir.Ports{Text: "p", Ranges: []ir.PortRange{{First: port, Last: port}}}}}
	}
	closing := &ir.Rule{Families: ir.Both, Origin: m.origin(), Verdict: ir.Verdict{Kind: ir.Drop}}
	list := func(nodes ...ir.Node) *ir.Chain {
		whole := ir.Whole(len(nodes))
		return &ir.Chain{Dir: ir.Through, Nodes: nodes, Build: [2]ir.Build{whole, whole}}
	}
	p.Forwarding = list(tcp(80, ir.Accept, ""), tcp(81, ir.Reject, ""), tcp(82, ir.Accept, "vmbr1"), closing)
	p.VNets = []*ir.VNet{{Name: "vnet1", Origin: m.origin(), Forward: list(tcp(80, ir.Accept, ""), tcp(81, ir.Reject, ""), tcp(82, ir.Accept, "vnet1"), closing)}}
	return p
}

// Routed packets meet the list of forwarded ones, bridged ones only that of their
// VNet: also where br_netfilter shows them to the hooks of routed ones, and where a
// routed packet was bridged before.
func TestForwardedPackets(t *testing.T) {
	p := forwarding()
	program, findings := Build(p, Options{})
	for _, c := range []struct {
		from, to string
		port     uint16
		state    ir.State
		want     fate
	}{
		{"outside", "vmbr1/eth1", 80, ir.New, passed},
		{"outside", "vmbr1/eth1", 81, ir.New, answered},
		{"outside", "vmbr1/eth1", 82, ir.New, dropped},
		{"vmbr1/eth1", "outside", 82, ir.New, passed},
		{"outside", "vmbr1/eth1", 25, ir.New, dropped},
		{"outside", "vmbr1/eth1", 25, ir.EstablishedState, passed},
		{"outside", "vmbr1/eth1", 80, ir.Invalid, dropped},
		{"vm100", "vmbr1/eth1", 25, ir.New, dropped}, // bridged by its own bridge, then routed
		{"vm100", "vm101", 25, ir.New, dropped},
		{"outside", "vm100", 25, ir.New, passed}, // bridged, and no VNet
		{"vnet1/eth7", "vm101", 80, ir.New, passed},
		{"vnet1/eth7", "vm101", 81, ir.New, dropped}, // no bridge can answer there
		{"vnet1/eth7", "vm101", 82, ir.New, dropped}, // ports are not called by the names of interfaces
		{"vnet1/eth7", "vm101", 25, ir.EstablishedState, passed},
		{"host", "vm101", 25, ir.New, passed},
	} {
		for _, way := range []plumbing{direct, ownBridge} {
			q := packet.Query{From: c.from, To: c.to, Proto: protoTCP, DPort: c.port, State: c.state,
				Source: netip.MustParseAddr("192.0.2.1"), Dest: netip.MustParseAddr("198.51.100.1")}
			if got := travel(program, p, q, way); got != c.want {
				t.Errorf("%s to %s port %d %s, own bridge %v: %s, want %s", c.from, c.to, c.port, c.state, way, got, c.want)
			}
		}
	}
	if len(findings) != 1 || findings[0].Rule != ruleSilentReject {
		t.Errorf("findings: %v", findings)
	}
}

// What the closing noise of a guest lets out is not what the guest was allowed to
// send: the host's question for the mark does not find it.
func TestNoiseLeavesNoMark(t *testing.T) {
	m := &maker{Rand: rand.New(rand.NewPCG(1, 1)), policy: &ir.Policy{}}
	p := m.policy
	list := func(dir ir.Direction, nodes ...ir.Node) *ir.Chain {
		nodes = append(nodes, &ir.Rule{Families: ir.Both, Verdict: ir.Verdict{Kind: ir.Drop}, Origin: m.origin()})
		whole := ir.Whole(len(nodes))
		return &ir.Chain{Dir: dir, Nodes: nodes, Build: [2]ir.Build{whole, whole}}
	}
	leak := &ir.Rule{Families: ir.Both, Match: ir.Match{AcceptedBySender: true}, Origin: m.origin()}
	p.Host = &ir.Endpoint{Name: "host", In: list(ir.In, leak), Origin: m.origin()}
	nic := m.nic(100, "vmbr0", true, false)
	udp := &ir.Rule{Families: ir.Both, Match: ir.Match{Proto: &ir.Proto{Number: protoUDP}}, Origin: m.origin()}
	nic.Out = list(ir.Out, udp, m.builtin(ir.DropNoise, ir.Out, ir.Both))
	p.NICs = []*ir.Endpoint{nic}
	programs := build(t, "noise", p)
	q := packet.Query{From: "vm100", To: "host", Proto: protoUDP, DPort: 9, State: ir.New,
		Source: netip.MustParseAddr("192.0.2.1"), Dest: netip.MustParseAddr("198.51.100.1")}
	agree(t, "sent by a rule", p, programs, q)
	if got := travel(programs["plain"], p, q, direct); got != passed {
		t.Errorf("what a rule lets out has no mark: %s", got)
	}
	q.Proto, q.ICMPType, q.ICMPCode, q.State = protoICMP, 3, 4, ir.Related
	agree(t, "let out by noise", p, programs, q)
	if got := travel(programs["plain"], p, q, direct); got != dropped {
		t.Errorf("what noise lets out has a mark: %s", got)
	}
}
