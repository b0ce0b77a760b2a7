package nft

import (
	"math/rand/v2"
	"net/netip"
	"strconv"
	"testing"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// Values of random rules and packets are few, so that rules overlap and are hit.
var (
	someAddrs = [2][]string{
		{"10.1.1.5", "10.1.2.7", "192.0.2.9", "203.0.113.4", "255.255.255.255", "224.0.0.5", "10.1.1.4"},
		{"2001:db8:1::5", "2001:db8:2::7", "2001:db8:9::9", "ff02::1", "fd00::1", "fe80::1"},
	}
	somePrefixes = [2][]string{
		{"10.1.1.5/32", "10.1.0.0/16", "10.1.2.0/24", "192.0.2.0/25", "0.0.0.0/0", "10.1.1.4/31", "203.0.113.4/32", "0.0.0.0/1", "128.0.0.0/1"},
		{"2001:db8:1::5/128", "2001:db8::/32", "2001:db8:2::/64", "fd00::/8", "::/0", "8000::/1", "2001:db8:9::9/128"},
	}
	somePorts  = []ir.PortRange{{First: 22, Last: 22}, {First: 80, Last: 80}, {First: 1, Last: 1023}, {First: 443, Last: 443}, {First: 20, Last: 25}, {First: 0, Last: 65535}, {First: 1024, Last: 65535}, {First: 135, Last: 139}}
	sentPorts  = []uint16{22, 80, 443, 53, 135, 137, 1023, 1024, 43, 9999, 67, 68, 546, 547, 0}
	someProtos = []uint8{6, 6, 6, 17, 17, 1, 58, 132, 47, 2}
	someStates = []ir.State{ir.New, ir.New, ir.New, ir.New, ir.EstablishedState, ir.Related, ir.Invalid, ir.Untracked}
)

// maker makes random policies and packets.
type maker struct {
	*rand.Rand
	policy *ir.Policy
	line   int
}

func pick[T any](m *maker, list []T) T { return list[m.IntN(len(list))] }

func (m *maker) chance(percent int) bool { return m.IntN(100) < percent }

func (m *maker) origin() ir.Origin {
	m.line++
	return ir.Origin{Steps: []ir.Step{{Kind: ir.ByRule, Name: strconv.Itoa(m.line)}}}
}

func (m *maker) verdict() ir.Verdict {
	return ir.Verdict{Kind: pick(m, []ir.VerdictKind{ir.Accept, ir.Accept, ir.Drop, ir.Drop, ir.Reject})}
}

func (m *maker) set() *ir.Set {
	s := &ir.Set{Name: "set" + strconv.Itoa(len(m.policy.Sets)), Origin: m.origin()}
	for f := range 2 {
		for range m.IntN(5) {
			p := netip.MustParsePrefix(pick(m, somePrefixes[f]))
			s.Entries = append(s.Entries, ir.SetEntry{Text: p.String(), Prefix: p, NoMatch: m.chance(35), Origin: m.origin()})
		}
	}
	m.policy.Sets = append(m.policy.Sets, s)
	return s
}

func (m *maker) addr(f ir.Family) *ir.Addr {
	switch m.IntN(6) {
	case 0, 1, 2:
		return nil
	case 3:
		return &ir.Addr{Text: "set", Set: pick(m, m.policy.Sets), Negated: m.chance(20)}
	case 4:
		a, b := netip.MustParseAddr(pick(m, someAddrs[f])), netip.MustParseAddr(pick(m, someAddrs[f]))
		if b.Less(a) {
			a, b = b, a
		}
		return &ir.Addr{Text: "range", Range: &ir.Range{First: a, Last: b}}
	}
	a := &ir.Addr{Text: "list"}
	for range 1 + m.IntN(3) {
		a.Prefixes = append(a.Prefixes, netip.MustParsePrefix(pick(m, somePrefixes[f])))
	}
	return a
}

func (m *maker) ports() *ir.Ports {
	if m.chance(40) {
		return nil
	}
	p := &ir.Ports{Text: "ports"}
	for range 1 + m.IntN(3) {
		p.Ranges = append(p.Ranges, pick(m, somePorts))
	}
	return p
}

func (m *maker) rule(f ir.Family, host bool) *ir.Rule {
	r := &ir.Rule{Families: ir.Only(f), Verdict: m.verdict(), Origin: m.origin()}
	r.Match.Source, r.Match.Dest = m.addr(f), m.addr(f)
	if host && m.chance(10) {
		r.Match.In = pick(m, []string{"vmbr0", "vmbr1", "lo"})
	}
	if m.chance(80) {
		n := pick(m, someProtos)
		r.Match.Proto = &ir.Proto{Text: "p", Number: n}
		switch {
		case n == 6 || n == 17 || n == 132:
			r.Match.DPort = m.ports()
			if m.chance(15) {
				r.Match.SPort = m.ports()
			}
			if n == 6 && m.chance(8) {
				r.Match.Flags = &ir.TCPFlags{Mask: 0x17, Want: 2, Negated: m.chance(50)}
			}
		case n == 1 && f == ir.V4 || n == 58 && f == ir.V6:
			r.Match.ICMP = &ir.ICMP{V6: f == ir.V6, Any: m.chance(20), Type: pick(m, []uint8{8, 3, 128, 135, 1}), Code: m.IntN(3) - 1}
		}
	}
	if m.chance(10) {
		r.Log = &ir.Log{Level: 6}
	}
	return r
}

// rules makes a list in which one verdict often follows itself, so that it folds.
func (m *maker) rules(n int, host, groups bool, dir ir.Direction) []ir.Node {
	var out []ir.Node
	var last ir.Verdict
	for range n {
		if groups && m.chance(12) {
			out = append(out, &ir.Call{Families: ir.Both, Group: pick(m, m.policy.Groups), Origin: m.origin()})
			continue
		}
		r := m.rule(pick(m, []ir.Family{ir.V4, ir.V4, ir.V6}), host && dir == ir.In)
		if m.chance(70) {
			r.Verdict = last
		}
		last = r.Verdict
		out = append(out, r)
	}
	return out
}

func (m *maker) builtin(kind ir.BuiltinKind, dir ir.Direction, fs ir.Families) *ir.Builtin {
	return &ir.Builtin{Kind: kind, Dir: dir, Families: fs, Origin: m.origin()}
}

// chain closes a list as lowering does.
func (m *maker) chain(dir ir.Direction, nodes ...ir.Node) *ir.Chain {
	v := m.verdict()
	switch v.Kind {
	case ir.Drop:
		nodes = append(nodes, m.builtin(ir.DropNoise, dir, ir.Both))
	case ir.Reject:
		nodes = append(nodes, m.builtin(ir.RejectNoise, dir, ir.Both))
	}
	nodes = append(nodes, &ir.Rule{Families: ir.Both, Verdict: v, Origin: m.origin()})
	whole := ir.Whole(len(nodes))
	return &ir.Chain{Dir: dir, Nodes: nodes, Build: [2]ir.Build{whole, whole}}
}

func (m *maker) body(dir ir.Direction, nodes ...ir.Node) *ir.Body {
	whole := ir.Whole(len(nodes))
	return &ir.Body{Dir: dir, Nodes: nodes, Build: [2]ir.Build{whole, whole}}
}

func (m *maker) nic(vmid int, bridge string, plugged, filtered bool) *ir.Endpoint {
	id := strconv.Itoa(vmid)
	e := &ir.Endpoint{Kind: ir.VMNIC, Name: "vm" + id + "/net0", VMID: vmid, Device: "tap" + id + "i0", Bridge: bridge,
		MAC: "02:00:00:00:00:" + id[1:], Plugged: plugged, Origin: m.origin()}
	if !filtered {
		return e
	}
	mac, filter := m.builtin(ir.MACFilter, ir.Out, ir.Both), m.builtin(ir.IPFilter, ir.Out, ir.Both)
	mac.MAC, filter.Set = e.MAC, pick(m, m.policy.Sets)
	in := append([]ir.Node{m.builtin(ir.DHCP, ir.In, ir.Both)}, m.rules(m.IntN(30), false, true, ir.In)...)
	out := []ir.Node{m.builtin(ir.DHCP, ir.Out, ir.Both), mac}
	if m.chance(25) {
		out = append(out, filter)
	}
	out = append(out, m.builtin(ir.ClearMark, ir.Out, ir.Both), m.builtin(ir.NDP, ir.Out, ir.OnlyV6))
	e.In, e.Out = m.chain(ir.In, in...), m.chain(ir.Out, append(out, m.rules(m.IntN(30), false, true, ir.Out)...)...)
	return e
}

// random is a node with two firewalled NICs, one that is plugged but not filtered,
// one without a firewall.
func random(r *rand.Rand) *maker {
	m := &maker{Rand: r, policy: &ir.Policy{}}
	p := m.policy
	for range 4 {
		m.set()
	}
	for _, name := range []string{"web", "base"} {
		g := &ir.Group{Name: name, Origin: m.origin()}
		g.In, g.Out = m.body(ir.In, m.rules(m.IntN(8), false, false, ir.In)...), m.body(ir.Out, m.rules(m.IntN(8), false, false, ir.Out)...)
		p.Groups = append(p.Groups, g)
	}
	p.Forward = m.body(ir.In, m.builtin(ir.DropInvalid, ir.In, ir.Both), m.builtin(ir.Established, ir.In, ir.Both))
	if m.chance(30) {
		p.Forward = m.body(ir.In, m.builtin(ir.Established, ir.In, ir.Both))
	}
	blacklist := m.builtin(ir.Blacklist, ir.In, ir.Both)
	blacklist.Set = pick(m, p.Sets)
	if m.chance(15) {
		p.Forward = m.body(ir.In, blacklist, m.builtin(ir.Established, ir.In, ir.Both))
	}
	p.BridgeIn = m.body(ir.In, m.builtin(ir.Smurfs, ir.In, ir.OnlyV4), m.builtin(ir.BadTCPFlags, ir.In, ir.Both))
	if m.chance(30) {
		p.BridgeIn.Nodes = append(p.BridgeIn.Nodes, blacklist)
		p.BridgeIn.Build = [2]ir.Build{ir.Whole(3), ir.Whole(3)}
	}
	host := func(dir ir.Direction) *ir.Chain {
		nodes := []ir.Node{m.builtin(ir.Loopback, dir, ir.Both), m.builtin(ir.DropInvalid, dir, ir.Both), m.builtin(ir.Established, dir, ir.Both), m.builtin(ir.IGMP, dir, ir.Both)}
		nodes = append(nodes, m.rules(m.IntN(30), true, true, dir)...)
		if m.chance(30) {
			leak := &ir.Rule{Families: ir.Both, Match: ir.Match{AcceptedBySender: true}, Origin: m.origin()}
			nodes = append(nodes, &ir.Call{Families: ir.Both, Match: ir.Match{In: "vmbr1"}, Group: p.Groups[0], Origin: m.origin()}, leak)
		}
		return m.chain(dir, nodes...)
	}
	if m.chance(90) {
		p.Host = &ir.Endpoint{Kind: ir.HostEndpoint, Name: "host", In: host(ir.In), Out: host(ir.Out), Origin: m.origin()}
	}
	p.NICs = []*ir.Endpoint{m.nic(100, "vmbr0", true, true), m.nic(101, "vmbr0", true, true), m.nic(102, "vmbr1", true, true), m.nic(103, "vmbr0", true, false), m.nic(104, "vmbr0", false, false)}
	return m
}

func (m *maker) query() packet.Query {
	zones := []string{"host", "host", "outside", "nfvm", "vmbr1/eth1", "vm100", "vm101", "vm102", "vm103", "vm104"}
	q := packet.Query{From: pick(m, zones), SPort: pick(m, sentPorts), DPort: pick(m, sentPorts), Proto: pick(m, someProtos), State: pick(m, someStates)}
	for q.To = pick(m, zones); q.To == q.From; {
		q.To = pick(m, zones)
	}
	f := pick(m, []ir.Family{ir.V4, ir.V4, ir.V6})
	if f == ir.V4 && q.Proto == 58 {
		q.Proto = 6
	}
	q.Source, q.Dest = netip.MustParseAddr(pick(m, someAddrs[f])), netip.MustParseAddr(pick(m, someAddrs[f]))
	q.ICMPType, q.ICMPCode = pick(m, []uint8{8, 0, 3, 11, 128, 133, 134, 135, 1, 2}), pick(m, []uint8{0, 1, 4})
	if q.State == ir.Invalid && m.chance(30) {
		q.Proto, q.ICMPType = pick(m, []uint8{1, 58}), pick(m, []uint8{3, 1})
	}
	if f == ir.V4 && q.Proto == 58 {
		q.Proto = 1
	}
	if m.chance(10) {
		q.MAC = "02:00:00:00:00:99"
	}
	return q
}

// Policies and packets that nobody chose: folded, plain and the IR decide alike.
func TestProgramAgreesOnRandomPolicies(t *testing.T) {
	folded := 0
	for seed := range uint64(150) {
		m := random(rand.New(rand.NewPCG(7, seed)))
		name := "seed " + strconv.FormatUint(seed, 10)
		programs := build(t, name, m.policy)
		folded += rules(programs["plain"]) - rules(programs["folded"])
		for range 120 {
			agree(t, name, m.policy, programs, m.query())
		}
	}
	if folded < 1000 {
		t.Errorf("only %d rules were folded away, so folding is hardly tested", folded)
	}
}

func rules(p *Program) int {
	n := 0
	for _, t := range p.Tables {
		for _, c := range t.Chains {
			n += len(c.Rules)
		}
	}
	return n
}
