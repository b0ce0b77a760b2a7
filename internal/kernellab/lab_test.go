package kernellab

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// boot starts a machine for a test, or skips by name.
func boot(t *testing.T) *Machine {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped: " + t.Name() + ": -short boots no kernel")
	}
	m, err := Boot(t.Context())
	supplied(t, err)
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

// supplied skips by name where this system lacks what the lab needs.
func supplied(t *testing.T, err error) {
	t.Helper()
	var missing *MissingError
	if errors.As(err, &missing) {
		t.Skip("skipped: " + t.Name() + ": " + err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// One machine for all of them, because booting takes longer than asking.
func TestLab(t *testing.T) {
	m := boot(t)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *Machine)
	}{
		{"sees what rules do", seesWhatRulesDo}, {"keeps connections", keepsConnections},
		{"nothing else is a verdict", nothingElseIsAVerdict}, {"a dead machine is an error", aDeadMachineIsAnError},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, m) })
	}
}

// smallNode has one bridge, a station outside, one guest with the plumbing of a
// firewalled NIC and one without, and a guest on a second bridge.
func smallNode() Node {
	return Node{
		Bridges: []Bridge{
			{Name: "vmbr0", MAC: "02:bb:00:00:00:01", Addresses: []netip.Prefix{netip.MustParsePrefix("10.0.0.1/24"), netip.MustParsePrefix("2001:db8::1/64")}},
			{Name: "vmbr1", MAC: "02:bb:00:00:00:02"},
		},
		Stations: []Station{
			{Name: "outside", Device: "eth0", Bridge: "vmbr0", MAC: "02:aa:00:00:00:01"},
			{Name: "vm100", Device: "tap100i0", Bridge: "vmbr0", MAC: "02:aa:00:00:00:02", Plumbing: "100i0"},
			{Name: "vm101", Device: "tap101i0", Bridge: "vmbr0", MAC: "02:aa:00:00:00:03"},
			{Name: "vm102", Device: "tap102i0", Bridge: "vmbr1", MAC: "02:aa:00:00:00:04"},
		},
	}
}

func smallRules() Rules {
	const body = `*filter
:guest - [0:0]
-A INPUT -p tcp --dport 22 -j DROP
-A INPUT -p tcp --dport 23 -j REJECT --reject-with tcp-reset
-A OUTPUT -p udp --dport 53 -j DROP
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m physdev --physdev-is-bridged --physdev-out tap100i0 -j guest
-A guest -p tcp --dport 80 -j CONNMARK --set-mark 7
-A guest -p tcp --dport 80 -j ACCEPT
-A guest -p tcp --dport 81 -m set --match-set ALLOWED src -j ACCEPT
-A guest -p udp --dport 82 -j REJECT
-A guest -p sctp --dport 83 -j ACCEPT
-A guest -p dccp --dport 84 -m conntrack --ctstate NEW -j ACCEPT
-A guest -j NFLOG --nflog-prefix ":100:6:guest: DROP: "
-A guest -j DROP
COMMIT
`
	return Rules{
		IPSet:     "create A4 hash:net family inet\nadd A4 192.0.2.0/24\ncreate A6 hash:net family inet6\nadd A6 2001:db8:2::/64\n",
		IPTables:  strings.ReplaceAll(body, "ALLOWED", "A4"),
		IP6Tables: strings.ReplaceAll(body, "ALLOWED", "A6"),
		EBTables:  "*filter\n:FORWARD ACCEPT\n-A FORWARD -i tap101i0 -s ! 02:aa:00:00:00:03 -j DROP\n",
	}
}

func tcpPacket(from, to string, port uint16) Packet {
	return Packet{From: from, To: to, Source: netip.MustParseAddr("192.0.2.5"), Dest: netip.MustParseAddr("198.51.100.6"), Proto: protoTCP, SPort: 20000, DPort: port}
}

func sixth(p Packet) Packet {
	p.Source, p.Dest = netip.MustParseAddr("2001:db8:2::5"), netip.MustParseAddr("2001:db8:3::6")
	if p.Proto == protoICMP {
		p.Proto, p.ICMPType = protoICMPv6, 128
	}
	return p
}

// What a hand-written ruleset does to a packet is known beforehand; the lab must
// see it in both families.
func seesWhatRulesDo(t *testing.T, m *Machine) {
	const portUnreachable4, portUnreachable6 = "icmp-port-unreachable", "icmpv6-port-unreachable"
	with := func(p Packet, change func(*Packet)) Packet { change(&p); return p }
	base := tcpPacket("outside", "vm100", 80)
	tests := []struct {
		name    string
		packet  Packet
		verdict Verdict
		answer  string // of IPv4; IPv6 has its own name for the same
		mark    uint32
		logged  bool
	}{
		{"allowed", base, Delivered, "", 7, false},
		{"dropped and logged", tcpPacket("outside", "vm100", 9), Dropped, "", 0, true},
		{"in a set", tcpPacket("outside", "vm100", 81), Delivered, "", 0, false},
		{"refused", with(tcpPacket("outside", "vm100", 82), func(p *Packet) { p.Proto = protoUDP }), Rejected, portUnreachable4, 0, false},
		{"sctp", with(tcpPacket("outside", "vm100", 83), func(p *Packet) { p.Proto = protoSCTP }), Delivered, "", 0, false},
		{"dccp is new", with(tcpPacket("outside", "vm100", 84), func(p *Packet) { p.Proto = protoDCCP }), Delivered, "", 0, false},
		{"another guest", tcpPacket("outside", "vm101", 9), Delivered, "", 0, false},
		{"to the node", tcpPacket("outside", HostStation, 80), Delivered, "tcp-reset", 0, false},
		{"to the node, dropped", tcpPacket("outside", HostStation, 22), Dropped, "", 0, false},
		{"to the node, reset", tcpPacket("outside", HostStation, 23), Rejected, "tcp-reset", 0, false},
		{"guest to the node", tcpPacket("vm100", HostStation, 22), Dropped, "", 0, false},
		{"from the node", with(tcpPacket(HostStation, "vm101", 53), func(p *Packet) { p.Proto = protoUDP }), Dropped, "", 0, false},
		{"from the node, allowed", tcpPacket(HostStation, "vm100", 80), Delivered, "", 7, false},
		{"routed", tcpPacket("vm102", "vm101", 9), Delivered, "", 0, false},
		{"guest to guest", tcpPacket("vm101", "vm100", 9), Dropped, "", 0, true},
		{"foreign hardware address", with(tcpPacket("vm101", "outside", 9), func(p *Packet) { p.MAC = "02:00:00:00:00:99" }), Dropped, "", 0, false},
		{"echo", with(base, func(p *Packet) { p.Proto, p.ICMPType = protoICMP, 8; p.To = "vm101" }), Delivered, "", 0, false},
		{"answer to nothing", with(base, func(p *Packet) { p.Flags = 0x12; p.From, p.To = "vm101", "vm100"; p.DPort = 9 }), Dropped, "", 0, true},
	}
	var c Case
	c.Node, c.Rules = smallNode(), smallRules()
	for _, test := range tests {
		c.Packets = append(c.Packets, test.packet, sixth(test.packet))
	}
	report := ask(t, m, c)
	if len(report.Refused) > 0 {
		t.Fatal(report.Refused)
	}
	for i, o := range report.Outcomes {
		test := tests[i/2]
		answer := test.answer
		if i%2 == 1 && answer == portUnreachable4 {
			answer = portUnreachable6
		}
		if o.Verdict != test.verdict || o.Answer != answer || (test.mark != 0) != slices.Contains(o.Marks, test.mark) ||
			test.logged != slices.Contains(o.Logs, ":100:6:guest: DROP: ") || len(o.Seen) > 0 {
			t.Errorf("%s (family %d): %+v, want %s %q", test.name, 4+2*(i%2), o, test.verdict, answer)
		}
	}
}

func ask(t *testing.T, m *Machine, c Case) Report {
	t.Helper()
	started := time.Now()
	report, err := m.Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("kernel %s: %d packets in %s", m.Kernel(), len(c.Packets), time.Since(started).Round(time.Millisecond))
	return report
}

// The answer to an allowed connection passes where a stranger is dropped.
func keepsConnections(t *testing.T, m *Machine) {
	syn := tcpPacket("vm100", "outside", 9)
	answer := Packet{From: "outside", To: "vm100", Source: syn.Dest, Dest: syn.Source, Proto: protoTCP, SPort: syn.DPort, DPort: syn.SPort,
		Flags: 0x12, Seq: 5000, Ack: 1001, Keep: true}
	stranger := answer
	stranger.Keep = false
	report := ask(t, m, Case{Node: smallNode(), Rules: smallRules(), Packets: []Packet{syn, answer, stranger}})
	for i, want := range []Verdict{Delivered, Delivered, Dropped} {
		if report.Outcomes[i].Verdict != want {
			t.Errorf("packet %d: %+v, want %s", i, report.Outcomes[i], want)
		}
	}
}

// Invariant: only a packet that arrives when no rules are loaded, sent through
// rules that were loaded without a complaint, gets a verdict.
func nothingElseIsAVerdict(t *testing.T, m *Machine) {
	rules := smallRules()
	rules.IPTables = strings.Replace(rules.IPTables, "A4", "NOSUCHSET", 1)
	report := ask(t, m, Case{Node: smallNode(), Rules: rules, Packets: []Packet{tcpPacket("outside", "vm100", 80)}})
	if !strings.Contains(report.Refused["iptables"], "NOSUCHSET") || report.Outcomes[0].Verdict != "" || report.Outcomes[0].Problem == "" {
		t.Errorf("a text with an unknown set: %+v", report)
	}
	martian := tcpPacket("outside", HostStation, 22)
	martian.Source = netip.MustParseAddr("224.0.0.5")
	nobody := tcpPacket("outside", "vm999", 22)
	report = ask(t, m, Case{Node: smallNode(), Rules: smallRules(), Packets: []Packet{martian, nobody}})
	if o := report.Outcomes[0]; o.Verdict != Unreachable {
		t.Errorf("a packet that the kernel never takes: %+v", o)
	}
	if o := report.Outcomes[1]; o.Verdict != "" || !strings.Contains(o.Problem, "vm999") {
		t.Errorf("a station that does not exist: %+v", o)
	}
	twins := smallNode()
	twins.Stations[1].MAC = twins.Stations[0].MAC
	if _, err := m.Run(t.Context(), Case{Node: twins}); err == nil || !strings.Contains(err.Error(), "02:aa:00:00:00:01") {
		t.Errorf("two stations with one hardware address: %v", err)
	}
	report = ask(t, m, Case{Node: smallNode(), Rules: smallRules(), Packets: []Packet{tcpPacket("outside", "vm100", 80)}})
	if o := report.Outcomes[0]; o.Verdict != Delivered {
		t.Errorf("the case after broken ones: %+v", o)
	}
}

// A machine that is gone is an error, not a verdict and not a wait without end.
func aDeadMachineIsAnError(t *testing.T, m *Machine) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 2 {
		if _, err := m.Run(ctx, Case{Node: smallNode()}); err == nil {
			t.Error("a cancelled case has an answer")
		}
	}
}
