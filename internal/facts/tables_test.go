package facts_test

import (
	"testing"

	"github.com/pvefw/pvefw/internal/facts"
)

func TestProtocols(t *testing.T) {
	tests := []struct {
		text   string
		number int // -1: unknown
	}{
		{"tcp", 6}, {"6", 6}, {"udp", 17}, {"ipv6-icmp", 58}, {"icmpv6", 58}, {"gre", 47}, {"sctp", 132},
		{"TCP", -1}, {"ICMP", -1}, {"06", -1}, {"300", -1}, {"-1", -1}, {"+6", -1}, {"", -1}, {"255", -1},
	}
	for _, test := range tests {
		p, ok := facts.ProtocolByText(test.text)
		if ok != (test.number >= 0) || ok && p.Number != test.number {
			t.Errorf("ProtocolByText(%q) = %v, %v; want number %d", test.text, p, ok, test.number)
		}
	}
	if p, _ := facts.ProtocolByNumber(58); p.Name != "ipv6-icmp" {
		t.Errorf("58 is %s, want ipv6-icmp", p.Name)
	}
	if n := len(facts.ProtocolNames()); n != 58 {
		t.Errorf("%d protocols, want 57 of the table and icmpv6", n)
	}
}

func TestProtocolsWithPorts(t *testing.T) {
	n := 0
	for i := range 256 {
		p, ok := facts.ProtocolByNumber(i)
		if ok && facts.ProtocolHasPorts(p.Name) {
			n++
		}
	}
	if n != 5 {
		t.Errorf("%d named protocols have ports, want 5", n)
	}
	for text, want := range map[string]bool{"6": true, "17": true, "132": true, "TCP": false, "icmp": false, "": false, "58": false} {
		if facts.ProtocolHasPorts(text) != want {
			t.Errorf("ProtocolHasPorts(%q) = %v", text, !want)
		}
	}
}

func TestServices(t *testing.T) {
	tests := []struct {
		name, proto string
		port        uint16 // 0: none
	}{
		{"ssh", "tcp", 22}, {"ssh", "udp", 0}, {"domain", "udp", 53}, {"https", "tcp", 443}, {"https", "udp", 443},
		{"http", "udp", 0}, {"HTTP", "tcp", 0}, {"www", "tcp", 0}, {"nbp", "tcp", 0}, {"echo", "udp", 7},
	}
	for _, test := range tests {
		port, ok := facts.ServicePort(test.name, test.proto)
		if port != test.port || ok != (test.port != 0) {
			t.Errorf("ServicePort(%s, %s) = %d, %v; want %d", test.name, test.proto, port, ok, test.port)
		}
	}
	for name, want := range map[string]uint16{"syslog": 514, "dicom": 104, "ssh": 22, "ntp": 0} {
		if port, _ := facts.LookupPort(name, "tcp"); port != want {
			t.Errorf("LookupPort(%s, tcp) = %d, want %d", name, port, want)
		}
	}
	for name, want := range map[string]bool{"ssh": true, "nbp": false, "www": false, "": false, "Ssh": false} {
		if facts.KnownService(name) != want {
			t.Errorf("KnownService(%q) = %v", name, !want)
		}
	}
	if got := facts.ServiceOn(22, "tcp"); got != "ssh" {
		t.Errorf("port 22 is %q", got)
	}
	if got := facts.ServiceOn(22, "udp"); got != "" {
		t.Errorf("port 22 of udp is %q", got)
	}
}

func TestEveryServiceNameHasAPort(t *testing.T) {
	names := facts.ServiceNames()
	if len(names) < 200 {
		t.Fatalf("only %d services", len(names))
	}
	for _, name := range names {
		found := false
		for _, proto := range []string{"tcp", "udp", "sctp"} {
			_, ok := facts.ServicePort(name, proto)
			found = found || ok
		}
		if !found {
			t.Errorf("%s has no port", name)
		}
	}
}

func TestEtherTypes(t *testing.T) {
	tests := map[string]string{
		"ARP": "ARP", "0806": "ARP", "IPv4": "IPv4", "IPX": "IPX", "8137": "IPX",
		"IPv6": "", "86DD": "", "LLDP": "", "arp": "", "806": "", "": "", "ether-arp": "",
	}
	for text, want := range tests {
		if got, ok := facts.EtherType(text); got != want || ok != (want != "") {
			t.Errorf("EtherType(%q) = %q, %v; want %q", text, got, ok, want)
		}
	}
}

func TestICMPTypes(t *testing.T) {
	if n := len(facts.ICMPTypeNames(false)); n != 37 {
		t.Errorf("%d names for icmp, want 37", n)
	}
	if n := len(facts.ICMPTypeNames(true)); n != 25 {
		t.Errorf("%d names for icmpv6, want 25", n)
	}
	tests := []struct {
		name string
		v6   bool
		want facts.ICMPType
	}{
		{"echo-request", false, facts.ICMPType{Name: "echo-request", Type: 8, Code: -1}},
		{"echo-request", true, facts.ICMPType{Name: "echo-request", Type: 128, Code: -1}},
		{"fragmentation-needed", false, facts.ICMPType{Name: "fragmentation-needed", Type: 3, Code: 4}},
		{"neighbour-advertisement", true, facts.ICMPType{Name: "neighbour-advertisement", Type: 136, Code: -1}},
		{"any", false, facts.ICMPType{Name: "any", Code: -1, Any: true}},
	}
	for _, test := range tests {
		if got, ok := facts.ICMPTypeByName(test.name, test.v6); !ok || got != test.want {
			t.Errorf("ICMPTypeByName(%s, %v) = %+v, %v", test.name, test.v6, got, ok)
		}
	}
	for _, name := range []string{"any", "Echo-Request", "128", ""} {
		if _, ok := facts.ICMPTypeByName(name, true); ok {
			t.Errorf("icmpv6 knows %q", name)
		}
	}
}

func TestLogLevels(t *testing.T) {
	for n, name := range []string{"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"} {
		if got, ok := facts.LogLevel(name); !ok || got != n || facts.LogLevelName(n) != name {
			t.Errorf("%s is %d, %v; want %d", name, got, ok, n)
		}
	}
	for _, name := range []string{"nolog", ""} {
		if got, ok := facts.LogLevel(name); !ok || got != facts.NoLog {
			t.Errorf("LogLevel(%q) = %d, %v", name, got, ok)
		}
	}
	for _, name := range []string{"Info", "warn", "error"} {
		if _, ok := facts.LogLevel(name); ok {
			t.Errorf("level %q is known", name)
		}
	}
}

func TestHelpers(t *testing.T) {
	v6 := 0
	for _, h := range facts.Helpers() {
		if !h.V4 {
			t.Errorf("%s is not for IPv4", h.Name)
		}
		if h.V6 {
			v6++
		}
		if got, ok := facts.HelperByName(h.Name); !ok || got != h {
			t.Errorf("HelperByName(%s) = %v, %v", h.Name, got, ok)
		}
	}
	if len(facts.Helpers()) != 9 || v6 != 5 {
		t.Errorf("%d helpers, %d of them for IPv6; want 9 and 5", len(facts.Helpers()), v6)
	}
}
