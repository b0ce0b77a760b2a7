package facts_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/facts"
)

func TestMacrosAreComplete(t *testing.T) {
	all := facts.Macros()
	if len(all) != 86 {
		t.Errorf("%d macros, want 86", len(all))
	}
	for i, m := range all {
		if i > 0 && all[i-1].Name >= m.Name {
			t.Errorf("%s after %s: not sorted", m.Name, all[i-1].Name)
		}
		if m.Description == "" || strings.HasSuffix(m.Description, ".") || strings.Contains(m.Description, "\n") {
			t.Errorf("%s: description %q", m.Name, m.Description)
		}
		if len(m.For(true)) == 0 {
			t.Errorf("%s expands to nothing in IPv6", m.Name)
		}
	}
}

func TestMacroTemplatesArePrintable(t *testing.T) {
	for _, m := range facts.Macros() {
		for _, v6 := range []bool{false, true} {
			for _, r := range m.For(v6) {
				checkTemplate(t, m.Name, r, v6)
			}
		}
	}
}

func checkTemplate(t *testing.T, macro string, r facts.MacroRule, v6 bool) {
	t.Helper()
	if _, ok := facts.ProtocolByText(r.Proto); !ok {
		t.Errorf("%s: unknown protocol %q", macro, r.Proto)
	}
	if strings.HasPrefix(r.Proto, "icmp") {
		if _, ok := facts.ICMPTypeByName(r.DPort, v6 && r.Proto == "icmpv6"); !ok {
			t.Errorf("%s: unknown ICMP type %q", macro, r.DPort)
		}
		return
	}
	for _, ports := range []string{r.DPort, r.SPort} {
		if ports != "" && !facts.ProtocolHasPorts(r.Proto) {
			t.Errorf("%s: protocol %s has no ports", macro, r.Proto)
		}
		if ports != "" && !validPorts(ports) {
			t.Errorf("%s: ports %q", macro, ports)
		}
	}
}

func validPorts(list string) bool {
	for item := range strings.SplitSeq(list, ",") {
		from, to, isRange := strings.Cut(item, ":")
		a, err := strconv.ParseUint(from, 10, 16)
		if err != nil || a == 0 {
			return false
		}
		if b, err := strconv.ParseUint(to, 10, 16); isRange && (err != nil || b < a) {
			return false
		}
	}
	return true
}

func TestMacroFamilies(t *testing.T) {
	tests := []struct{ name, v4, v6 string }{
		{"ssh", "tcp 22", "tcp 22"},
		{"PING", "icmp echo-request", "icmpv6 echo-request"},
		{"trcrt", "udp 33434:33524, icmp echo-request", "udp 33434:33524, icmpv6 echo-request"},
		{"DHCPv6", "", "udp 546:547 from 546:547"},
		{"NeighborDiscovery", "", "icmpv6 router-solicitation, icmpv6 router-advertisement, icmpv6 neighbor-solicitation, icmpv6 neighbor-advertisement"},
		{"ipsec", "udp 500 from 500, 50", "udp 500 from 500, 50"},
		{"SMB", "udp 135,445, udp 137:139, udp 1024:65535 from 137, tcp 135,139,445", "udp 135,445, udp 137:139, udp 1024:65535 from 137, tcp 135,139,445"},
	}
	for _, test := range tests {
		m, ok := facts.MacroByName(test.name)
		if !ok {
			t.Errorf("no macro %s", test.name)
			continue
		}
		if got := render(m.For(false)); got != test.v4 {
			t.Errorf("%s in IPv4: %s, want %s", test.name, got, test.v4)
		}
		if got := render(m.For(true)); got != test.v6 {
			t.Errorf("%s in IPv6: %s, want %s", test.name, got, test.v6)
		}
	}
}

// The Kelvin sign has the small letter k in Unicode, but not for the daemon.
func TestMacroByNameKnowsASCIIOnly(t *testing.T) {
	for _, name := range []string{"", "HTTP/3", "PBS", "H\u212AP", "SSH "} {
		if m, ok := facts.MacroByName(name); ok {
			t.Errorf("MacroByName(%q) = %s", name, m.Name)
		}
	}
}

func render(rules []facts.MacroRule) string {
	var parts []string
	for _, r := range rules {
		s := r.Proto
		if r.DPort != "" {
			s += " " + r.DPort
		}
		if r.SPort != "" {
			s += " from " + r.SPort
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, ", ")
}
