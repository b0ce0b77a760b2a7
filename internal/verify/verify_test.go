package verify_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/internal/verify"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/ir/packet"
)

const clusterFW = `[OPTIONS]
enable: 1
[ALIASES]
lan 10.0.0.0/8
[IPSET admins]
198.51.100.0/28
[IPSET blacklist]
192.0.2.0/24
[RULES]
IN ACCEPT -source +admins -p tcp -dport 22
IN ACCEPT -i vmbr1 -p tcp -dport 9100
[group web]
IN HTTPS(ACCEPT)
IN REJECT -p tcp -dport 23
`

// files are two nodes: VM 100 and container 200 on a, VM 300 on b.
func files(guest100 string) config.Input {
	file := func(name, text string) *source.File { return source.NewFile(name, []byte(text)) }
	guest := func(id int, env facts.Env, fw, conf string) config.GuestInput {
		return config.GuestInput{VMID: id, Env: env, FW: file(fmt.Sprintf("%d.fw", id), fw), Conf: file(fmt.Sprintf("%d.conf", id), conf)}
	}
	host := file("host.fw", "[OPTIONS]\nenable: 1\n")
	return config.Input{Cluster: file("cluster.fw", clusterFW), Datacenter: true, Nodes: []config.NodeInput{
		{Facts: config.Host{Name: "a", Address: "10.0.0.1", LocalNetwork: "10.0.0.0/24"}, HostFW: host, Guests: []config.GuestInput{
			guest(100, facts.VM, guest100, "net0: virtio=BC:24:11:00:01:00,bridge=vmbr0,firewall=1\nnet1: virtio=BC:24:11:00:01:01,bridge=vmbr1\ntags: web\n"),
			guest(200, facts.CT, "[OPTIONS]\nenable: 1\npolicy_out: DROP\nipfilter: 1\n[RULES]\nOUT ACCEPT -dest lan -p udp -dport 53\n",
				"net0: name=eth0,bridge=vmbr1,firewall=1,hwaddr=BC:24:11:00:02:00,ip=10.0.0.200/24\nhostname: c\n"),
		}},
		{Facts: config.Host{Name: "b", Address: "10.0.0.2", LocalNetwork: "10.0.0.0/24"}, HostFW: host, Guests: []config.GuestInput{
			guest(300, facts.VM, "[OPTIONS]\nenable: 1\n[RULES]\nIN ACCEPT -source 10.0.0.200 -p udp -dport 53\n", "net0: virtio=BC:24:11:00:03:00,bridge=vmbr1,firewall=1\n"),
		}},
	}}
}

const guest100 = "[OPTIONS]\nenable: 1\n[RULES]\nGROUP web\nIN ACCEPT -source 10.1.0.0/16 -p tcp -dport 5000:5010\nIN DROP -source lan -p tcp -dport 6000\nIN ACCEPT -p tcp -dport 6000\n"

func world(t *testing.T, in config.Input) *verify.World {
	t.Helper()
	cfg, _ := config.Resolve(in)
	w := &verify.World{Tags: map[int][]string{100: {"web"}}, Aliases: map[string][]netip.Prefix{"dc/lan": {netip.MustParsePrefix("10.0.0.0/8")}}}
	for _, n := range cfg.Nodes {
		p, _ := lower.Lower(cfg, n, lower.Intended)
		w.Nodes = append(w.Nodes, &verify.Node{Name: n.Name, Policy: p, Addresses: []netip.Addr{netip.MustParseAddr(n.Facts.Address)}})
	}
	return w
}

// prove runs one test, written as YAML without its name.
func prove(t *testing.T, w *verify.World, text string) verify.Result {
	t.Helper()
	s, found := load.ParseTests(source.NewFile("t.yaml", []byte("tests:\n- {name: t, "+text+"}\n")))
	if len(found) > 0 {
		t.Fatalf("%s: %s", text, found[0].Message)
	}
	r, found := verify.Run(w, []*verify.Suite{s})
	if len(found) > 0 {
		t.Fatalf("%s: %s", text, found[0].Message)
	}
	return r.Results[0]
}

func TestAssertions(t *testing.T) {
	w := world(t, files(guest100))
	for text, want := range map[string]string{
		"allow: {to: vm100, service: HTTPS, source: not +blacklist}":                                                         "holds",
		"allow: {to: vm100, service: HTTPS}":                                                                                 "fails 192.0.2.1",
		"allow: {to: vm100, service: [HTTPS, HTTP], source: lan}":                                                            "fails",
		"some: true, allow: {to: vm100, service: [HTTPS, HTTP], source: lan}":                                                "holds",
		"some: true, allow: {to: vm100, service: HTTP}":                                                                      "fails",
		"some: true, allow: {to: tag:web, service: HTTPS}":                                                                   "holds",
		"deny: {to: vm100, dport: 5000, proto: tcp, except: [{source: 10.1.0.0/16}]}":                                        "holds",
		"deny: {to: vm100, dport: 5000, proto: tcp}":                                                                         "fails 10.1.0.1",
		"deny: {to: vm100, service: tcp/4990-5020, except: [{source: 10.0.0.0-10.9.9.9, dport: 5000-5010}]}":                 "holds",
		"deny: {to: vm100, source: lan, service: tcp/6000}":                                                                  "holds",
		"allow: {to: vm100, source: [not lan, not +dc/blacklist], service: tcp/6000}":                                        "holds",
		"reject: {to: vm100, service: tcp/23, source: not +blacklist}":                                                       "holds",
		"reject: {to: vm100, service: tcp/24}":                                                                               "fails",
		"deny: {to: vm100, service: tcp/23}":                                                                                 "holds",
		"deny: {to: vm100/net1}":                                                                                             "fails",
		"allow: {to: vm100i1}":                                                                                               "holds",
		"deny: {to: vm100, except: [{service: [HTTPS, tcp/5000-5010, tcp/6000]}, {builtin: [dhcp, ndp]}]}":                   "holds",
		"deny: {to: vm100, except: [{service: [HTTPS, tcp/5000-5010, tcp/6000]}]}":                                           "fails",
		"allow: {to: vm100, state: established, service: tcp/1}":                                                             "holds",
		"deny: {to: vm100, icmp: echo-reply}":                                                                                "holds",
		"deny: {to: vm100, icmp: neighbor-solicitation}":                                                                     "fails",
		"allow: {to: host, source: +admins, service: SSH}":                                                                   "holds",
		"deny: {from: [outside, guests], to: host, service: SSH, except: [{source: [+admins, 10.0.0.0/24]}]}":                "holds",
		"deny: {to: host, service: tcp/9100}":                                                                                "holds", // it comes in by vmbr0
		"deny: {from: vmbr1/eth1, to: host, service: tcp/9100}":                                                              "fails",
		"allow: {from: vm100/net1, to: host, source: lan, service: tcp/9100}":                                                "holds",
		"allow: {from: ct200, to: vm300, service: udp/53}":                                                                   "fails", // only towards lan
		"allow: {from: ct200, to: vm300, service: udp/53, dest: lan}":                                                        "holds", // from a to b
		"deny: {from: ct200, to: vm300, except: [{service: udp/53, source: 10.0.0.200, dest: lan}, {builtin: [dhcp, ndp]}]}": "holds",
		"deny: {from: ct200, to: 'host:b', except: [{builtin: [dhcp, ndp, igmp]}]}":                                          "holds",
		"allow: {from: ct200, to: outside, mac: '02:00:00:00:00:09', service: udp/53, dest: lan}":                            "fails",
		"allow: {to: vm100, service: icmp, source: lan}":                                                                     "fails",
		"some: true, deny: {to: vm100, proto: icmp, source: lan}":                                                            "holds", // IPv6 has no such packets
		"deny: {to: vm100, proto: udp, dport: 'http:https'}":                                                                 "holds",
		"allow: {to: vm100, proto: tcp, icmp: echo-request}":                                                                 "unknown",
		"spoof-proof: ct200": "holds",
		"spoof-proof: {nics: vm300, addresses: 10.0.0.44}":  "fails",
		"spoof-proof: guests":                               "fails",
		"spoof-proof: {nics: ct200, addresses: 10.0.0.200}": "holds",
		"spoof-proof: {nics: ct200, addresses: 10.0.0.201}": "fails 10.0.0.200",
		"no-new-access: ":                                   "unknown",
	} {
		res := prove(t, w, text)
		status, address, _ := strings.Cut(want, " ")
		if res.Status.String() != status {
			t.Errorf("%s: %s, want %s: %s", text, res.Status, want, res.Reason)
		} else if address != "" && (res.Example == nil || res.Example.Query.Source.String() != address) {
			t.Errorf("%s: %+v, want a packet from %s", text, res.Example, address)
		}
		if res.Status == verify.Unknown && res.Reason == "" {
			t.Errorf("%s: unknown for no reason", text)
		}
	}
}

// In a rule icmp is that of IPv4 and icmpv6 that of IPv6, and so it is in a test.
func TestICMPByNameIsOfItsFamily(t *testing.T) {
	w := world(t, files(guest100+"IN ACCEPT -p icmp\nIN ACCEPT -p icmpv6\n"))
	for text, want := range map[string]verify.Status{
		"allow: {to: vm100, service: icmp, state: new, source: not +blacklist}": verify.Holds,
		"allow: {to: vm100, proto: icmpv6, state: new}":                         verify.Holds,
		"allow: {to: vm100, proto: 1, state: new, source: not +blacklist}":      verify.Fails, // in IPv6 too
	} {
		if res := prove(t, w, text); res.Status != want {
			t.Errorf("%s: %s %s, want %s", text, res.Status, res.Reason, want)
		}
	}
}

func TestNoNewAccess(t *testing.T) {
	old := world(t, files(guest100))
	for change, want := range map[string]verify.Status{
		guest100: verify.Holds,
		strings.Replace(guest100, "GROUP web\n", "", 1):              verify.Fails, // port 23 is no longer rejected first: but nothing lets it in
		guest100 + "IN ACCEPT -p tcp -dport 8080\n":                  verify.Fails,
		guest100 + "IN ACCEPT -p tcp -dport 443\n":                   verify.Holds, // the group has it
		strings.Replace(guest100, "5000:5010", "5000:5005", 1):       verify.Holds,
		strings.Replace(guest100, "enable: 1", "enable: 0", 1):       verify.Fails,
		strings.Replace(guest100, "IN DROP -source lan", "#", 1):     verify.Fails,
		strings.Replace(guest100, "enable: 1", "policy_in: DROP", 1): verify.Fails,
	} {
		w := world(t, files(change))
		w.Base = func(string) (*verify.World, string) { return old, "" }
		if strings.HasPrefix(change, "[OPTIONS]\nenable: 1\n[RULES]\nIN ACCEPT -source") {
			want = verify.Holds
		}
		if res := prove(t, w, "no-new-access: x"); res.Status != want {
			t.Errorf("%s: %s %s, want %s", change, res.Status, res.Reason, want)
		}
	}
	w := world(t, files(guest100))
	w.Base = func(string) (*verify.World, string) { return nil, "the revision is gone" }
	if res := prove(t, w, "no-new-access: x"); res.Status != verify.Unknown || res.Reason != "the revision is gone" {
		t.Errorf("%s %s", res.Status, res.Reason)
	}
}

func TestWhatCannotBeLoadedIsUnknown(t *testing.T) {
	w := world(t, files(guest100))
	w.Nodes[0].Policy.Refusals = []ir.Refusal{{Carrier: ir.IP6Tables, Reason: "the kernel would refuse it"}}
	if res := prove(t, w, "deny: {to: vm100, service: tcp/23, source: 2001:db8::/32}"); res.Status != verify.Unknown || !strings.Contains(res.Reason, "on node a: the kernel would refuse it") {
		t.Errorf("%s: %s", res.Status, res.Reason)
	}
	if res := prove(t, w, "deny: {to: vm100, service: tcp/23, source: 10.0.0.0/8}"); res.Status != verify.Holds {
		t.Errorf("IPv4 loads: %s %s", res.Status, res.Reason)
	}
}

func TestCoverageCountsLinesThatDecide(t *testing.T) {
	w := world(t, files(guest100))
	s, _ := load.ParseTests(source.NewFile("t.yaml", []byte("tests:\n- name: t\n  allow: {to: vm100, service: HTTPS, source: lan}\n")))
	r, _ := verify.Run(w, []*verify.Suite{s})
	var open []string
	for _, span := range r.Coverage.Undecided {
		open = append(open, span.Text())
	}
	text := strings.Join(open, "\n")
	for line, decided := range map[string]bool{"GROUP web": true, "IN HTTPS(ACCEPT)": true, "IN REJECT -p tcp -dport 23": false, "IN ACCEPT -p tcp -dport 6000": false} {
		if strings.Contains(text, line) == decided {
			t.Errorf("%s: decided must be %v in\n%s", line, decided, text)
		}
	}
	if len(open) != r.Coverage.Rules-2 {
		t.Errorf("%d of %d rules decide nothing, want all but 2:\n%s", len(open), r.Coverage.Rules, text)
	}
}

// TestHoldsForEveryPacket walks packets of tests that hold.
func TestHoldsForEveryPacket(t *testing.T) {
	w := world(t, files(guest100))
	statuses := map[verify.Status]int{}
	for _, net := range []string{"10.1.2.0/24", "10.9.0.0/16", "192.0.2.0/24", "198.51.100.0/28", "203.0.113.0/24"} {
		for _, port := range []int{22, 23, 443, 5000, 5010, 5011, 6000, 9100} {
			for _, to := range []string{"vm100", "host:a", "ct200"} {
				for _, kind := range []string{"allow", "deny", "reject"} {
					res := prove(t, w, fmt.Sprintf("%s: {to: '%s', source: %s, service: tcp/%d}", kind, to, net, port))
					statuses[res.Status]++
					if res.Status == verify.Holds {
						walkAll(t, w, kind, to, netip.MustParsePrefix(net), uint16(port))
					}
				}
			}
		}
	}
	if statuses[verify.Holds] < 50 || statuses[verify.Fails] < 50 || statuses[verify.Unknown] > 0 {
		t.Errorf("%v", statuses)
	}
}

func walkAll(t *testing.T, w *verify.World, kind, to string, net netip.Prefix, port uint16) {
	t.Helper()
	eval := packet.NewEvaluator(w.Nodes[0].Policy)
	from := net.Addr()
	for i := range 8 {
		q := packet.DefaultQuery()
		q.To, q.Source, q.Dest, q.DPort, q.SPort = to, from, netip.MustParseAddr("10.0.0.1"), port, uint16(1+i*8000)
		res, err := eval.Walk(q)
		if err != nil {
			t.Fatal(err)
		}
		good := map[string]string{"allow": "ACCEPT", "deny": "DROP REJECT", "reject": "REJECT"}[kind]
		if !strings.Contains(good, res.Verdict) {
			t.Errorf("%s to %s from %s port %d: holds, but %s is met with %s", kind, to, net, port, from, res.Verdict)
		}
		from = from.Next()
	}
}
