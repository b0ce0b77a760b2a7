package packet

import (
	"net/netip"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
)

// This file makes policies by hand in the shape that ir/lower promises.

var (
	hostFW  = source.NewFile("host.fw", []byte("[RULES]\nIN ACCEPT -p tcp -dport 22\nGROUP web -i vmbr1\nIN REJECT -p tcp -dport 23\n"))
	guestFW = source.NewFile("100.fw", []byte("[OPTIONS]\nenable: 1\n[RULES]\nGROUP web\nIN DROP -p tcp -dport 81\nGROUP toolong\n"))
)

var (
	tcp  = &ir.Proto{Text: "tcp", Number: 6}
	udp  = &ir.Proto{Text: "udp", Number: 17}
	icmp = &ir.Proto{Text: "icmp", Number: 1}
)

func at(f *source.File, line int) ir.Origin { return ir.Origin{Span: f.Line(line)} }

func byDefault(name string) ir.Origin {
	return ir.Origin{Steps: []ir.Step{{Kind: ir.ByDefault, Name: name}}}
}

func port(n uint16) *ir.Ports { return &ir.Ports{Ranges: []ir.PortRange{{First: n, Last: n}}} }

func tcpTo(n uint16) ir.Match { return ir.Match{Proto: tcp, DPort: port(n)} }

func from(cidr string) *ir.Addr {
	return &ir.Addr{Text: cidr, Prefixes: []netip.Prefix{netip.MustParsePrefix(cidr)}}
}

func rule(m ir.Match, k ir.VerdictKind, o ir.Origin) *ir.Rule {
	return &ir.Rule{Families: ir.Both, Match: m, Verdict: ir.Verdict{Kind: k}, Origin: o}
}

func builtin(k ir.BuiltinKind, d ir.Direction) *ir.Builtin {
	return &ir.Builtin{Kind: k, Dir: d, Families: ir.Both, Origin: ir.Origin{Steps: []ir.Step{{Kind: ir.ByBuiltin, Name: k.String()}}}}
}

func chain(d ir.Direction, nodes ...ir.Node) *ir.Chain {
	return &ir.Chain{Dir: d, Nodes: nodes, Build: [2]ir.Build{ir.Whole(len(nodes)), ir.Whole(len(nodes))}}
}

func body(d ir.Direction, nodes ...ir.Node) *ir.Body {
	return &ir.Body{Name: "b", Dir: d, Nodes: nodes, Build: [2]ir.Build{ir.Whole(len(nodes)), ir.Whole(len(nodes))}}
}

// node is a host with SSH, a group on vmbr1 that leaks the mark, a VM with two
// NICs (the second unplugged) and a filtered container on vmbr1.
func node() *ir.Policy {
	web := &ir.Group{Name: "web", Origin: at(guestFW, 4)}
	web.In = body(ir.In, rule(tcpTo(80), ir.Accept, at(guestFW, 4)))
	web.Out = body(ir.Out)
	hostIn := chain(ir.In, builtin(ir.Loopback, ir.In), builtin(ir.DropInvalid, ir.In), builtin(ir.Established, ir.In),
		rule(tcpTo(22), ir.Accept, at(hostFW, 2)),
		&ir.Call{Families: ir.Both, Match: ir.Match{In: "vmbr1"}, Group: web, Origin: at(hostFW, 3)},
		rule(ir.Match{AcceptedBySender: true}, ir.Accept, at(hostFW, 3)),
		rule(tcpTo(23), ir.Reject, at(hostFW, 4)),
		builtin(ir.DropNoise, ir.In), rule(ir.Match{}, ir.Drop, byDefault("policy_in")))
	hostOut := chain(ir.Out, builtin(ir.Loopback, ir.Out), rule(ir.Match{Out: "vmbr1", Proto: tcp, DPort: port(9)}, ir.Drop, at(hostFW, 2)),
		rule(ir.Match{}, ir.Accept, byDefault("policy_out")))
	return &ir.Policy{
		Node: "pve1", Groups: []*ir.Group{web},
		Host:     &ir.Endpoint{Kind: ir.HostEndpoint, Name: "host", In: hostIn, Out: hostOut},
		Forward:  body(ir.In, builtin(ir.DropInvalid, ir.In), builtin(ir.Established, ir.In)),
		BridgeIn: body(ir.In, &ir.Builtin{Kind: ir.Smurfs, Families: ir.OnlyV4, Origin: byDefault("nosmurfs")}),
		NICs:     []*ir.Endpoint{vm(web), spare(), ct()},
	}
}

func vm(web *ir.Group) *ir.Endpoint {
	mac := builtin(ir.MACFilter, ir.Out)
	mac.MAC = "BC:24:11:00:00:01"
	return &ir.Endpoint{Kind: ir.VMNIC, Name: "vm100/net0", VMID: 100, Device: "tap100i0", Bridge: "vmbr0", MAC: mac.MAC, Plugged: true,
		Origin: at(guestFW, 2),
		In: chain(ir.In, builtin(ir.DHCP, ir.In), &ir.Call{Families: ir.Both, Group: web, Origin: at(guestFW, 4)},
			rule(tcpTo(81), ir.Drop, at(guestFW, 5)), builtin(ir.DropNoise, ir.In), rule(ir.Match{}, ir.Drop, byDefault("policy_in"))),
		Out: chain(ir.Out, builtin(ir.DHCP, ir.Out), mac, builtin(ir.ClearMark, ir.Out),
			rule(tcpTo(25), ir.Reject, at(guestFW, 5)), rule(ir.Match{}, ir.Accept, byDefault("policy_out"))),
	}
}

func spare() *ir.Endpoint {
	return &ir.Endpoint{Kind: ir.VMNIC, Name: "vm100/net1", VMID: 100, Net: 1, Bridge: "vmbr1"}
}

// ct drops everything it sends but noise's exceptions, and was given up half-way
// in IPv6.
func ct() *ir.Endpoint {
	dead := &ir.Skipped{Stage: ir.AtGenerate, Families: ir.Both, Reason: "the group's name is too long", Origin: at(guestFW, 6)}
	e := &ir.Endpoint{Kind: ir.CTNIC, Name: "ct200/net0", VMID: 200, Device: "veth200i0", Bridge: "vmbr1", Plugged: true, Origin: at(guestFW, 2),
		In:  chain(ir.In, builtin(ir.DHCP, ir.In), dead, rule(ir.Match{}, ir.Reject, byDefault("policy_in"))),
		Out: chain(ir.Out, builtin(ir.DropNoise, ir.Out), rule(ir.Match{}, ir.Drop, byDefault("policy_out"))),
	}
	e.In.Build[ir.V6] = ir.Build{Exists: true, Nodes: 1}
	e.Out.Build[ir.V6] = ir.Build{}
	return e
}
