package ir

import (
	"net/netip"
	"strings"

	"github.com/pvefw/pvefw/internal/source"
)

// This file makes the policies that the tests of this package look at.

var (
	clusterFW = source.NewFile("cluster.fw", []byte("[OPTIONS]\nenable: 1\npolicy_in: REJECT\n[IPSET office]\n10.0.0.0/8\n!10.9.0.0/16\nbad\n[group web]\nIN HTTP(ACCEPT)\nOUT DROP\n"))
	hostFW    = source.NewFile("host.fw", []byte("[RULES]\nGROUP web -i vmbr1\nIN ACCEPT -source +office -p tcp -dport 22 -log info\n|IN DROP\n"))
	guestFW   = source.NewFile("100.fw", []byte("[OPTIONS]\nenable: 1\n[RULES]\nIN Nope(ACCEPT)\nGROUP web\nIN DROP -source 192.0.2.1-192.0.2.9\n"))
)

// at is the origin of a line of a file.
func at(f *source.File, line int, steps ...Step) Origin {
	return Origin{Span: f.Line(line), Steps: steps}
}

func chainOf(d Direction, nodes ...Node) *Chain {
	return &Chain{Dir: d, Nodes: nodes, Build: [2]Build{Whole(len(nodes)), Whole(len(nodes))}}
}

func bodyOf(name string, d Direction, nodes ...Node) *Body {
	return &Body{Name: name, Dir: d, Nodes: nodes, Build: [2]Build{Whole(len(nodes)), Whole(len(nodes))}}
}

func builtinOf(k BuiltinKind, d Direction, fs Families) *Builtin {
	return &Builtin{Kind: k, Dir: d, Families: fs, Origin: Origin{Steps: []Step{{ByBuiltin, k.String()}}}}
}

func closingOf(kind VerdictKind, o Origin) *Rule {
	return &Rule{Families: Both, Verdict: Verdict{Kind: kind}, Origin: o}
}

// sample is a sound policy with one of everything.
func sample() *Policy {
	office := &Set{Name: "office", Declared: 3, Origin: at(clusterFW, 4), Entries: []SetEntry{
		{Text: "10.0.0.0/8", Prefix: netip.MustParsePrefix("10.0.0.0/8"), Origin: at(clusterFW, 5)},
		{Text: "10.9.0.0/16", Prefix: netip.MustParsePrefix("10.9.0.0/16"), NoMatch: true, Origin: at(clusterFW, 6)},
		{Text: "bad", Skipped: "is neither an address nor an alias", Origin: at(clusterFW, 7)},
	}}
	web := &Group{Name: "web", Origin: at(clusterFW, 8)}
	web.In = bodyOf("web", In, &Rule{Families: Both, Match: Match{Proto: protoTCP, DPort: ports(PortRange{80, 80})},
		Origin: at(clusterFW, 9, Step{ByGroup, "web"}, Step{ByMacro, "HTTP"})})
	web.Out = bodyOf("web", Out, closingOf(Drop, at(clusterFW, 10, Step{ByGroup, "web"})))
	p := &Policy{
		Node: "pve1", Host: sampleHost(office, web), NICs: []*Endpoint{sampleNIC(office, web)},
		Forward:  bodyOf("forward", In, builtinOf(DropInvalid, In, Both), builtinOf(Established, In, Both)),
		BridgeIn: bodyOf("bridge-in", In, builtinOf(Smurfs, In, OnlyV4)),
		Groups:   []*Group{web}, Sets: []*Set{office},
		Raw: Raw{SynFlood: &SynFlood{Rate: "200", Burst: "1000", Expire: "60", Origin: at(hostFW, 1)},
			Helpers: []Helper{{Name: "irc", Proto: "tcp", Port: 6667, Families: OnlyV4, Origin: at(hostFW, 1)}}},
		Refusals: []Refusal{{Carrier: EBTables, Reason: "manual is no address", Origin: at(guestFW, 1)}},
		Runtime:  []Message{{Text: "no such macro", Origin: at(guestFW, 4)}},
	}
	unplugged := &Endpoint{Kind: CTNIC, Name: "ct200/net0", VMID: 200, Device: "veth200i0", Bridge: "vmbr0"}
	p.NICs = append(p.NICs, unplugged)
	return p
}

func sampleHost(office *Set, web *Group) *Endpoint {
	blacklist := builtinOf(Blacklist, In, Both)
	blacklist.Set, blacklist.Log = office, &Log{Level: 4}
	management := builtinOf(Management, In, Both)
	management.Set = office
	local := builtinOf(Management, Out, OnlyV4)
	local.Net = prefixAddr("10.0.0.0/8")
	peers := builtinOf(Corosync, Out, Both)
	peers.AnyCast, peers.Peers = true, []CorosyncPeer{{V4, "10.0.0.1", "10.0.0.2", "pve2"}}
	ssh := &Rule{Families: Both, Log: &Log{Level: 6}, Origin: at(hostFW, 3),
		Match: Match{Source: &Addr{Text: "+office", Set: office}, Proto: protoTCP, DPort: ports(PortRange{22, 22})}}
	return &Endpoint{Kind: HostEndpoint, Name: "host",
		In: chainOf(In, builtinOf(Loopback, In, Both), blacklist,
			&Call{Families: Both, Match: Match{In: "vmbr1"}, Group: web, Origin: at(hostFW, 2)},
			&Rule{Families: Both, Match: Match{AcceptedBySender: true}, Origin: at(hostFW, 2, Step{ByQuirk, "mark-leak"})},
			ssh, &Skipped{Stage: AtDesign, Families: Both, Reason: "the rule is disabled", Origin: at(hostFW, 4)},
			management, builtinOf(RejectNoise, In, Both), closingOf(Reject, at(clusterFW, 3, Step{ByPolicy, "policy_in"}))),
		Out: chainOf(Out, local, peers, closingOf(Accept, Origin{Steps: []Step{{ByDefault, "policy_out"}, {ByPolicy, "policy_out"}}})),
	}
}

// sampleNIC is unfiltered in IPv6, because its IN chain was given up there.
func sampleNIC(office *Set, web *Group) *Endpoint {
	queue := &Queue{Text: "0:3"}
	filter := builtinOf(IPFilter, Out, Both)
	filter.Set = office
	mac := builtinOf(MACFilter, Out, Both)
	mac.MAC = "BC:24:11:00:00:01"
	mark := builtinOf(ConnMark, In, Both)
	mark.Mark = 100
	ndp := builtinOf(NDP, In, OnlyV6)
	ndp.Verdict.Queue = queue
	ranged := &Rule{Families: OnlyV4, Verdict: Verdict{Kind: Drop}, Origin: at(guestFW, 6), Match: Match{Source: &Addr{
		Text: "192.0.2.1-192.0.2.9", Range: &Range{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.9")}}}}
	nic := &Endpoint{Kind: VMNIC, Name: "vm100/net0", VMID: 100, Device: "tap100i0", Bridge: "vmbr0", MAC: "BC:24:11:00:00:01",
		Plugged: true, Queue: queue, Origin: at(guestFW, 2),
		In: chainOf(In, mark, builtinOf(DHCP, In, Both), ndp,
			&Skipped{Stage: AtVerify, Families: Both, Reason: "the macro Nope does not exist", Message: "unknown macro 'Nope'", Origin: at(guestFW, 4)},
			&Call{Families: Both, Group: web, Verdict: Verdict{Queue: queue}, Origin: at(guestFW, 5)}, ranged,
			builtinOf(DropNoise, In, Both), closingOf(Drop, Origin{Steps: []Step{{ByDefault, "policy_in"}}})),
		Out:  chainOf(Out, mac, filter, builtinOf(ClearMark, Out, Both), closingOf(Accept, Origin{Steps: []Step{{ByDefault, "policy_out"}}})),
		Link: &Link{MAC: "bc:24:11:0:0:1", ARP: []string{"10.0.0.5"}, Ethertypes: []string{"ARP"}, Origin: at(guestFW, 2)},
	}
	nic.In.Build[V6] = Build{Exists: true, Nodes: 4}
	nic.Out.Build[V6] = Build{}
	return nic
}

// messages joins errors by line.
func messages(errs []error) string {
	var b strings.Builder
	for _, e := range errs {
		b.WriteString(e.Error() + "\n")
	}
	return b.String()
}
