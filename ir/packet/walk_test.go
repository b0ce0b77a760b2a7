package packet

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pvefw/pvefw/ir"
)

// ask walks a packet given as "key=value key=value".
func ask(t *testing.T, p *ir.Policy, packet string) Result {
	t.Helper()
	r, err := Walk(p, query(t, packet))
	if err != nil {
		t.Fatalf("%s: %v", packet, err)
	}
	return r
}

func query(t *testing.T, packet string) Query {
	t.Helper()
	fields := map[string]any{}
	for _, word := range strings.Fields(packet) {
		key, value, _ := strings.Cut(word, "=")
		fields[key] = value
	}
	q, err := ParseQuery(fields)
	if err != nil {
		t.Fatalf("%s: %v", packet, err)
	}
	return q
}

// way renders a path: CHAIN: TEXT -> VERDICT.
func way(r Result) string {
	var b strings.Builder
	for _, s := range r.Path {
		b.WriteString(s.Chain + ": " + s.Text)
		if s.Verdict != "" {
			b.WriteString(" -> " + s.Verdict)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestWalkVerdicts(t *testing.T) {
	for packet, want := range map[string]string{
		"":                                                  "DROP", // outside to host, 9999
		"dport=ssh":                                         "ACCEPT",
		"dport=23":                                          "REJECT",
		"dport=23 dest=224.0.0.1":                           "DROP",
		"dport=23 dest=255.255.255.255":                     "DROP",
		"dport=23 state=established":                        "ACCEPT",
		"dport=22 state=invalid":                            "DROP",
		"from=vmbr1/eth1 dport=80":                          "ACCEPT",
		"from=outside dport=80":                             "DROP",
		"from=vm100 dport=80":                               "ACCEPT", // mark leak
		"from=vm100 dport=9999":                             "ACCEPT",
		"from=vm100 dport=25":                               "REJECT",
		"from=vm100 dport=9999 mac=bc-24-11-0-0-1":          "ACCEPT",
		"from=vm100 dport=9999 mac=bc:24:11:00:00:02":       "DROP",
		"from=vm100i1 dport=9999":                           "DROP",   // no firewall on the NIC: no mark
		"from=vm100/net1 dport=80":                          "ACCEPT", // comes in by vmbr1
		"from=ct200 dport=9999 source=2001:db8::1":          "DROP",   // unfiltered in IPv6: no mark
		"from=ct200 dport=22 source=2001:db8::1":            "ACCEPT",
		"from=host to=host dport=9999":                      "ACCEPT",
		"from=host to=outside":                              "ACCEPT",
		"from=host to=vmbr1/eth1 dport=9":                   "DROP",
		"from=host to=outside dport=9":                      "ACCEPT",
		"from=host to=ct200":                                "REJECT",
		"from=host to=ct200 dest=2001:db8::1":               "ACCEPT",
		"from=host to=ct200 proto=icmp":                     "DROP", // rejected without an answer
		"to=vm100 dport=80":                                 "ACCEPT",
		"to=vm100 dport=81":                                 "DROP",
		"to=vm100 dport=81 state=established":               "ACCEPT",
		"to=vm100 dport=80 source=224.0.0.9":                "DROP",
		"to=vm100 dport=80 source=255.255.255.255":          "DROP",
		"to=vm100 proto=udp sport=67 dport=68":              "ACCEPT",
		"to=vm100 proto=udp sport=67 dport=68 dest=ff02::1": "DROP",
		"to=vm100i1":                                        "ACCEPT",
		"from=nfvm to=vm100 dport=80":                       "ACCEPT",
		"from=vm100 to=ct200":                               "REJECT",
		"from=ct200 to=outside":                             "DROP",
		"from=outside to=nfvm":                              "ACCEPT",
		"from=outside to=nfvm state=invalid":                "DROP",
		"from=outside to=nfvm proto=icmp icmp_type=0":       "DROP", // an answer to nothing is invalid
		"from=outside to=nfvm proto=icmp":                   "ACCEPT",
		"from=outside to=nfvm proto=icmpv6 icmp_type=135":   "ACCEPT",
		"from=outside to=nfvm proto=icmpv6 icmp_type=1":     "DROP",
		"from=host:pve1 to=outside":                         "ACCEPT",
	} {
		if got := ask(t, node(), packet); got.Verdict != want {
			t.Errorf("%q: %s, want %s\n%s", packet, got.Verdict, want, way(got))
		}
	}
}

// The noise chain's ACCEPT ends the walk of a guest's packet without the mark.
func TestNoiseAcceptsWithoutTheMark(t *testing.T) {
	p := node()
	leak := "from=ct200 to=host proto=icmp icmp_type=3/4 state=new"
	if got := ask(t, p, leak); got.Verdict != "ACCEPT" || !strings.Contains(way(got), "host IN: broadcast, SMB") {
		t.Errorf("%s\n%s", got.Verdict, way(got))
	}
}

func TestWalkTellsTheWay(t *testing.T) {
	p := node()
	for packet, want := range map[string]string{
		"from=vm100 to=host dport=80 source=10.0.0.5": "vm100/net0 OUT: policy_out by default: ACCEPT -> ACCEPT\nhost IN: GROUP web -i vmbr1 -> ACCEPT\n",
		"from=vmbr1/eth1 dport=80":                    "host IN: GROUP web -i vmbr1\ngroup web IN: GROUP web -> ACCEPT\n",
		"to=vm100 dport=81":                           "vm100/net0 IN: GROUP web\nvm100/net0 IN: IN DROP -p tcp -dport 81 -> DROP\n",
		"to=vm100 dport=1 state=established":          "forward: packets of known connections are let through -> ACCEPT\n",
		"to=vm100i1":                                  "vm100/net1 IN: the NIC has no firewall=1, so nothing is filtered\n",
		"to=ct200 dest=2001:db8::2":                   "ct200/net0 IN: the group's name is too long\n",
	} {
		if diff := cmp.Diff(want, way(ask(t, p, packet))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", packet, diff)
		}
	}
	step := ask(t, p, "dport=22").Path[0]
	if step.Span.String() != "host.fw:2:1" || step.Text != "IN ACCEPT -p tcp -dport 22" {
		t.Errorf("deciding step %s %q", step.Span, step.Text)
	}
}

func TestWalkWithoutRulesInForce(t *testing.T) {
	refused := func(c ir.Carrier) *ir.Policy {
		p := node()
		p.Refusals = []ir.Refusal{{Carrier: c, Reason: "the kernel knows no such port", Origin: at(hostFW, 2)}}
		return p
	}
	for _, c := range []struct {
		carrier ir.Carrier
		v4, v6  string
	}{{ir.IPSetText, NotReady, NotReady}, {ir.IPTables, NotReady, Dropped}, {ir.IP6Tables, Dropped, NotReady}, {ir.EBTables, Dropped, Dropped}} {
		v4, v6 := ask(t, refused(c.carrier), ""), ask(t, refused(c.carrier), "source=2001:db8::1")
		if v4.Verdict != c.v4 || v6.Verdict != c.v6 {
			t.Errorf("%s refused: %s and %s", c.carrier, v4.Verdict, v6.Verdict)
		}
		for _, r := range []Result{v4, v6} {
			if r.Verdict == NotReady && (len(r.Path) != 1 || r.Path[0].Span.String() != "host.fw:2:1") {
				t.Errorf("%s: the path does not name the line: %+v", c.carrier, r.Path)
			}
		}
	}
	off := &ir.Policy{Off: true, OffReason: &ir.Skipped{Reason: "enable is 0", Origin: at(guestFW, 2)}, Refusals: refused(ir.IPTables).Refusals}
	if r := ask(t, off, ""); r.Verdict != Accepted || way(r) != "cluster: enable is 0 -> ACCEPT\n" {
		t.Errorf("off: %s\n%s", r.Verdict, way(r))
	}
	fatal := &ir.Policy{Fatal: &ir.Skipped{Reason: "log_ratelimit is invalid", Origin: at(guestFW, 2)}}
	if r := ask(t, fatal, ""); r.Verdict != Accepted || way(r) != "compile: log_ratelimit is invalid -> ACCEPT\n" {
		t.Errorf("fatal: %s\n%s", r.Verdict, way(r))
	}
}

func TestWalkRefusesUnknownZones(t *testing.T) {
	p := node()
	for _, name := range []string{"vm999", "vm100i7", "vm100/net7", "vm", "ct", "kvm100", "vm100x", "vmbr0/", "/eth0", "a/b/c", "host:pve2", "vm100/eth0", "vm100i-1", "x y/eth0"} {
		_, err := Walk(p, Query{From: name})
		if err == nil || !strings.Contains(err.Error(), "known are outside, host, nfvm, BRIDGE/PORT, vm100/net0, vm100/net1, ct200/net0") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range 40 {
		p.NICs = append(p.NICs, &ir.Endpoint{Name: "vm" + strings.Repeat("1", i+1) + "/net0"})
	}
	if _, err := Walk(p, Query{To: "nowhere"}); err == nil || !strings.HasSuffix(err.Error(), ", 31 more NICs") {
		t.Errorf("long list: %v", err)
	}
}
