package packet

import (
	"testing"

	"github.com/pvefw/pvefw/ir"
)

// forwarder routes between bridges and has a list for the bridge blue.
func forwarder() *ir.Policy {
	p := &ir.Policy{Node: "pve1", Host: &ir.Endpoint{Name: "host"}}
	p.Forward = body(ir.In, builtin(ir.DropInvalid, ir.In), builtin(ir.Established, ir.In))
	byBridge := tcpTo(82)
	byBridge.In = "vmbr1"
	bySelf := tcpTo(82)
	bySelf.In = "blue"
	p.Forwarding = chain(ir.Through, rule(tcpTo(80), ir.Accept, at(hostFW, 2)), rule(tcpTo(81), ir.Reject, at(hostFW, 4)),
		rule(byBridge, ir.Accept, at(hostFW, 3)), rule(ir.Match{}, ir.Drop, byDefault("policy_forward")))
	group := &ir.Group{Name: "transit", In: body(ir.In), Out: body(ir.Out), Origin: at(guestFW, 4)}
	group.Forward = body(ir.Through, rule(tcpTo(80), ir.Accept, at(guestFW, 5)))
	blue := chain(ir.Through, &ir.Call{Families: ir.Both, Group: group, Origin: at(guestFW, 4)},
		rule(bySelf, ir.Accept, at(hostFW, 3)), rule(ir.Match{}, ir.Drop, byDefault("policy_forward")))
	p.VNets = []*ir.VNet{{Name: "blue", Forward: blue, Origin: at(guestFW, 1)}}
	p.Groups = []*ir.Group{group}
	nic := func(name, bridge string, plugged bool) *ir.Endpoint {
		return &ir.Endpoint{Kind: ir.VMNIC, Name: name, Bridge: bridge, Plugged: plugged, Origin: at(guestFW, 1)}
	}
	p.NICs = []*ir.Endpoint{nic("vm100/net0", "vmbr0", true), nic("vm101/net0", "blue", true), nic("vm102/net0", "blue", false)}
	return p
}

var forwarded = map[string]string{
	"from=outside to=vmbr1/eth1 dport=80":                   "ACCEPT",
	"from=outside to=vmbr1/eth1 dport=81":                   "REJECT",
	"from=outside to=vmbr1/eth1 dport=82":                   "DROP", // comes in by vmbr0
	"from=vmbr1/eth1 to=outside dport=82":                   "ACCEPT",
	"from=outside to=vmbr1/eth1 dport=9":                    "DROP",
	"from=outside to=vmbr1/eth1 dport=9 state=established":  "ACCEPT",
	"from=outside to=vmbr1/eth1 dport=80 state=invalid":     "DROP",
	"from=vm100 to=vmbr1/eth1 dport=9":                      "DROP",
	"from=vm100 to=vmbr1/eth1 dport=9 state=established":    "ACCEPT",
	"from=vm100 to=vm101 dport=9":                           "DROP",
	"from=vm100 to=vm101 dport=80":                          "ACCEPT", // routed: the VNet's list is not asked
	"from=outside to=vm100 dport=9":                         "ACCEPT", // one bridge, and no VNet
	"from=vm102 to=vm101 dport=80":                          "ACCEPT",
	"from=vm101 to=vm102 dport=9":                           "DROP",
	"from=blue/eth7 to=vm102 dport=9":                       "DROP",
	"from=blue/eth7 to=vm102 dport=82":                      "DROP", // ports have other names
	"from=vm101 to=vm102 dport=9 state=established":         "ACCEPT",
	"from=host to=vm101 dport=9":                            "ACCEPT",
	"from=vm101 to=host dport=9":                            "ACCEPT",
	"from=vm102 to=vm101 source=2001:db8::1 dport=9":        "DROP",
	"from=vm102 to=vm101 source=2001:db8::1 proto=icmpv6":   "DROP",
	"from=outside to=blue/eth7 source=2001:db8::1 dport=80": "ACCEPT",
}

func TestForwardedPacketsMeetTheListBetween(t *testing.T) {
	p := forwarder()
	for packet, want := range forwarded {
		if got := ask(t, p, packet); got.Verdict != want {
			t.Errorf("%s: %s, want %s\n%s", packet, got.Verdict, want, way(got))
		}
	}
}

func TestPathNamesTheListBetween(t *testing.T) {
	got := way(ask(t, forwarder(), "from=vm102 to=vm101 dport=80"))
	want := "vm102/net0 OUT: the NIC has no firewall=1, so nothing is filtered\n" +
		"VNet blue FORWARD: GROUP web\ngroup transit FORWARD: IN DROP -p tcp -dport 81 -> ACCEPT\n" +
		"vm101/net0 IN: nothing is filtered here for IPv4\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if last := way(ask(t, forwarder(), "from=outside to=vmbr1/eth1 dport=9")); last != "host FORWARD: policy_forward by default: DROP -> DROP\n" {
		t.Errorf("got %s", last)
	}
}

func TestRouteMeetsTheListBetween(t *testing.T) {
	e := NewEvaluator(forwarder())
	for text, want := range forwarded {
		q := query(t, text)
		r, err := e.Route(q.From, q.To)
		if err != nil {
			t.Fatal(err)
		}
		from, _ := e.zone(q.From)
		to, _ := e.zone(q.To)
		p, err := q.packet(from, to)
		if err != nil {
			t.Fatal(err)
		}
		q.asSent(p, r)
		u := NewUniverse(p.Family, append(r.Matches(p.Family), Unanswered(p.Family)...)...)
		if got := verdictOf(u, r.Decide(u, u.All(), nil), p); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
