package lower

import (
	"fmt"
	"testing"
	"time"

	"github.com/pvefw/pvefw/ir"
)

// The expectations of this file were measured by loading the texts with
// iptables-nft 1.8.9 and ipset 7.17 and listing what the kernel holds.

func TestReadNet(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"10.0.0.5/24", "10.0.0.0/24"},
		{"10", "10.0.0.0/32"},
		{"10.1/16", "10.1.0.0/16"},
		{"1.2.3", "1.2.3.0/32"},
		{"010.001.0.1", "8.1.0.1/32"},
		{"10.0.0.1/032", "10.0.0.0/26"},
		{"192.0.2.1/40", "invalid mask `40' specified"},
		{"10.0.0.0/08", "invalid mask `08' specified"},
		{"10.1.2.3/255.255.0.0", "10.1.0.0/16"},
		{"10.1.2.3/0.0.0.0", "0.0.0.0/0"},
		{"10.1.2.3/255.0.255.0", "invalid mask `255.0.255.0' specified"},
		{"10.1.2.3/255.0", "invalid mask `255.0' specified"},
		{"10.1.2.3/8/9", "host/network `10.1.2.3/8' not found"},
		{"2001:db8::1/ffff::", "2001::/16"},
		{"010.009.0.1", "host/network `010.009.0.1' not found"},
		{"1.2.3.4.5", "host/network `1.2.3.4.5' not found"},
		{"", "host/network `' not found"},
		{"2001:db8::/040", "2001:db8::/32"},
		{"2001:db8::1/129", "invalid mask `129' specified"},
		{"::ffff:1.2.3.4", "::ffff:1.2.3.4/128"},
		{"2001:db8::00001", "host/network `2001:db8::00001' not found"},
		{"fe80::1%eth0", "host/network `fe80::1%eth0' not found"},
	} {
		p, fault := readNet(c.text, isV6(c.text))
		got := fault
		if fault == "" {
			got = p.String()
		}
		if got != c.want {
			t.Errorf("%q is read as %s, want %s", c.text, got, c.want)
		}
	}
}

func TestReadPorts(t *testing.T) {
	for _, c := range []struct {
		proto uint8
		text  string
		want  string
	}{
		{tcp, "80", "[{80 80}]"},
		{tcp, "00077", "[{63 63}]"},
		{tcp, "00080", "refused"},
		{udp, "00080", "[{80 80}]"},
		{dccp, "010", "[{10 10}]"},
		{sctp, "010", "[{8 8}]"},
		{tcp, "010:020", "[{8 16}]"},
		{udp, "010:020", "[{10 20}]"},
		{udp, "010,20", "[{8 8} {20 20}]"},
		{tcp, "00080,1", "refused"},
		{udp, "http", "[{80 80}]"},
		{tcp, "http", "[{80 80}]"},
		{tcp, "syslog", "[{514 514}]"},
		{tcp, "ntp", "refused"},
		{dccp, "http", "[{80 80}]"},
		{sctp, "http", "refused"},
		{udp, "http,1", "refused"},
		{tcp, "http,1", "[{80 80} {1 1}]"},
		{udplite, "80", "refused"},
		{udplite, "80,81", "[{80 80} {81 81}]"},
		{udplite, "http,81", "refused"},
		{tcp, "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,http", "refused"},
		{tcp, "1,2,3,4,5,6,7,8,9,10,11,12,13,http", "[{1 1} {2 2} {3 3} {4 4} {5 5} {6 6} {7 7} {8 8} {9 9} {10 10} {11 11} {12 12} {13 13} {80 80}]"},
	} {
		m := &matched{}
		p := readPorts(m, c.text, c.proto)
		got := fmt.Sprint(p.Ranges)
		if m.refused != "" {
			got = "refused"
		}
		if got != c.want {
			t.Errorf("protocol %d, ports %q: %s, want %s (%s)", c.proto, c.text, got, c.want, m.refused)
		}
	}
}

func TestReadRange(t *testing.T) {
	for _, c := range []struct{ first, last, want string }{
		{"10", "11", "10.0.0.0-11.0.0.0"},
		{"010.1.1.1", "11.1.1.1", "8.1.1.1-11.1.1.1"},
		{"9.1.1.1", "010.1.1.1", "never"},
		{"192.0.2.0/25", "192.0.2.128/25", "refused"},
		{"2001:db8::1", "2001:db8::f", "2001:db8::1-2001:db8::f"},
	} {
		m := &matched{}
		r := readRange(m, c.first, c.last, isV6(c.first))
		got := r.First.String() + "-" + r.Last.String()
		if m.refused != "" {
			got = "refused"
		} else if m.never != "" {
			got = "never"
		}
		if got != c.want {
			t.Errorf("%s-%s is read as %s, want %s", c.first, c.last, got, c.want)
		}
	}
}

func TestQueueFault(t *testing.T) {
	for text, refused := range map[string]bool{
		"0": false, "65535": false, "1:3": false, "010": false,
		"70000": true, "08": true, "9:2": true, "3:3": true, "2:70000": true, "0:65535": true, "1:65535": false,
	} {
		if got := queueFault(text) != ""; got != refused {
			t.Errorf("queue %q refused: %v, want %v", text, got, refused)
		}
	}
}

// What Intended makes of refused queues is not refused.
func TestRefusedQueuesBecomeTakenOnes(t *testing.T) {
	for text, want := range map[string]string{
		"70000": "0", "08": "0", "9:2": "9", "010:010": "8", "2:70000": "2", "0:65535": "0:65534",
	} {
		if got := takenQueues(text); got != want || queueFault(got) != "" {
			t.Errorf("queues %q become %q (%s), want %q", text, got, queueFault(got), want)
		}
	}
}

func TestRatesAreTakenUpTo10000(t *testing.T) {
	for rate, want := range map[string]bool{
		"10000/second": false, "10001/second": true, "600000/minute": false, "600001/minute": true,
		"864000000/day": false, "864000001/day": true, "99999999999999999999/hour": true, "1/sec": false,
	} {
		if got := tooFast(rate); got != want {
			t.Errorf("the rate %s is too fast: %v, want %v", rate, got, want)
		}
	}
}

func TestICMPTypes(t *testing.T) {
	for _, c := range []struct {
		text string
		v6   bool
		want string
	}{
		{"8", false, "8/-1"},
		{"010", false, "8/-1"},
		{"00080", false, "refused"},
		{"255", true, "255/-1"},
		{"256", true, "invalid icmp-type '256'"},
		{"echo-request", true, "128/-1"},
		{"packet-too-big", false, "unknown icmp-type 'packet-too-big'"},
		{"1,2", false, "unknown icmp-type '1,2'"},
	} {
		m := &matched{}
		icmpPort(m, c.text, c.v6)
		got := m.died
		switch {
		case m.refused != "":
			got = "refused"
		case got == "":
			got = fmt.Sprintf("%d/%d", m.match.ICMP.Type, m.match.ICMP.Code)
		}
		if got != c.want {
			t.Errorf("ICMP type %q (v6 %v): %s, want %s", c.text, c.v6, got, c.want)
		}
	}
}

func TestPrintedEntry(t *testing.T) {
	for text, want := range map[string]string{
		"10.0.0.5/24":             "10.0.0.5/24",
		"2001:DB8::86":            "2001:db8::86",
		"2001:0db8:0:0::/048":     "2001:db8::/048",
		"::ffff:192.0.2.1":        "::ffff:c000:201",
		"::":                      "::",
		"::1":                     "::1",
		"1::":                     "1::",
		"2001:db8:0:1:1:1:1:1":    "2001:db8:0:1:1:1:1:1",
		"1:0:0:2:0:0:0:3":         "1:0:0:2::3",
		"0:0:1:0:0:1:1:1":         "0:0:1::1:1:1",
		"fe80::/10":               "fe80::/10",
		"not an address: at all":  "not an address: at all",
		"2001:db8:1:0:0:2:0:0/64": "2001:db8:1::2:0:0/64",
	} {
		if got := printedEntry(text); got != want {
			t.Errorf("%q is printed as %q, want %q", text, got, want)
		}
	}
}

func TestLinkLocal(t *testing.T) {
	for mac, want := range map[string]string{
		"BC:24:11:0A:01:02": "fe80::be24:11ff:fe0a:102",
		"02:00:0F:00:0B:01": "fe80::fff:fe00:b01",
		"02:00:0A:00:10:07": "fe80::aff:fe00:1007",
	} {
		if got, ok := linkLocal(mac); !ok || got != want {
			t.Errorf("%s gives %s, want %s", mac, got, want)
		}
	}
	if got, ok := linkLocal("no mac"); ok {
		t.Errorf("a text that is no MAC gives %s", got)
	}
}

func TestSwitchOn(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	for _, c := range []struct {
		text string
		now  time.Time
		on   bool
	}{
		{"0", now, false}, {"00", now, false}, {"1", now, true}, {"01", now, true},
		{"2", now, false}, {"1699999940", now, true}, {"1699999939", now, false},
		{"1800000000", now, true}, {"99999999999999999999999", now, true},
		{"1800000000", time.Time{}, false}, {"1", time.Time{}, true},
	} {
		if got := switchOn(c.text, c.now); got != c.on {
			t.Errorf("enable: %s at %v: %v, want %v", c.text, c.now, got, c.on)
		}
	}
}

func TestKernelName(t *testing.T) {
	for _, c := range []struct {
		set  ir.Set
		want string
	}{
		{ir.Set{Owner: 100, Name: "ipfilter-net0"}, "PVEFW-100-ipfilter-net0-v4"},
		{ir.Set{Owner: 1007, Name: "ipfilter-net0"}, "PVEFW-2DAF6040"},
	} {
		if got := c.set.KernelName(ir.V4); got != c.want {
			t.Errorf("%d/%s is %s, want %s", c.set.Owner, c.set.Name, got, c.want)
		}
	}
}

func isV6(text string) bool {
	for _, c := range text {
		if c == ':' {
			return true
		}
	}
	return false
}

// A macro's own ICMP type does not replace the rule's -icmp-type: both must match.
func TestTwoICMPTypes(t *testing.T) {
	p, _ := lowered(t, map[string]string{
		"cluster.fw": "[OPTIONS]\nenable: 1\n[RULES]\nIN Ping(ACCEPT) -p icmp -icmp-type any\nOUT Ping(ACCEPT) -icmp-type 0\n",
	}, Reference)
	for dir, want := range map[ir.Direction]string{ir.In: "any echo-request", ir.Out: "0 echo-request"} {
		for _, n := range []*ir.Chain{p.Host.In, p.Host.Out}[dir].Nodes {
			r, ok := n.(*ir.Rule)
			if !ok || r.Match.ICMP == nil || r.Families != ir.OnlyV4 {
				continue
			}
			if c := r.Match.ICMP; !c.Option || c.Also == nil || c.Text+" "+c.Also.Text != want {
				t.Errorf("%s: %+v, want %s", dir, c, want)
			}
			want = ""
		}
		if want != "" {
			t.Errorf("%s: no rule with an ICMP type", dir)
		}
	}
}
