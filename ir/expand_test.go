package ir

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/measured"
)

// short renders expanded rules one per line.
func short(rules []*Rule) string {
	var b strings.Builder
	for _, r := range rules {
		fmt.Fprintf(&b, "%s %s%s%s\n", r.Verdict.Kind, r.Match.String(), queueText(r.Verdict.Queue), logText(r.Log))
	}
	return b.String()
}

func TestExpandGivesEveryKindItsRules(t *testing.T) {
	set := &Set{Name: "s"}
	for _, c := range []struct {
		name   string
		b      Builtin
		v4, v6 string
	}{
		{"loopback in", Builtin{Kind: Loopback}, "ACCEPT in by lo\n", "ACCEPT in by lo\n"},
		{"loopback out", Builtin{Kind: Loopback, Dir: Out}, "ACCEPT out by lo\n", "ACCEPT out by lo\n"},
		{"invalid", Builtin{Kind: DropInvalid}, "DROP state invalid\n", "DROP state invalid\n"},
		{"established", Builtin{Kind: Established}, "ACCEPT state established|related\n", "ACCEPT state established|related\n"},
		{"ips", Builtin{Kind: IPSEstablished, Verdict: Verdict{Queue: &Queue{}}, Families: OnlyV4}, "ACCEPT state established|related, through queue 0\n", ""},
		{"ndp without RA", Builtin{Kind: NDP}, "", "ACCEPT icmpv6 type router-solicitation\n" +
			"ACCEPT icmpv6 type neighbor-solicitation\nACCEPT icmpv6 type neighbor-advertisement\n"},
		{"ndp with RA", Builtin{Kind: NDP, RA: true}, "", "ACCEPT icmpv6 type router-solicitation\nACCEPT icmpv6 type router-advertisement\n" +
			"ACCEPT icmpv6 type neighbor-solicitation\nACCEPT icmpv6 type neighbor-advertisement\n"},
		{"blacklist", Builtin{Kind: Blacklist, Set: set, Log: &Log{Level: 4}}, "DROP from +dc/s, log warning\n", "DROP from +dc/s, log warning\n"},
		{"smurfs", Builtin{Kind: Smurfs, Log: &Log{Level: 7}}, "LEAVE state new|invalid from 0.0.0.0/32\n" +
			"DROP state new|invalid from broadcast, log debug\nDROP state new|invalid from 224.0.0.0/4, log debug\n", ""},
		{"igmp", Builtin{Kind: IGMP}, "ACCEPT igmp\n", "ACCEPT igmp\n"},
		{"management in", Builtin{Kind: Management, Set: set, Families: OnlyV4}, strings.ReplaceAll(
			"ACCEPT from +dc/s tcp to port 8006\n@5900:5999\n@3128\n@22\n@60000:60050\n", "@", "ACCEPT from +dc/s tcp to port "), ""},
		{"management out", Builtin{Kind: Management, Dir: Out, Net: prefixAddr("10.0.0.0/8"), Families: OnlyV4}, strings.ReplaceAll(
			"@8006\n@22\n@5900:5999\n@3128\n", "@", "ACCEPT to 10.0.0.0/8 tcp to port "), ""},
		{"corosync in", Builtin{Kind: Corosync, AnyCast: true, Peers: []CorosyncPeer{{V4, "10.0.0.1", "10.0.0.2", "b"}, {V6, "fd00::1", "fd00::2", "b"}}},
			"ACCEPT to multicast udp to port 5404:5405\nACCEPT from 10.0.0.2 to 10.0.0.1 udp to port 5404:5405\n",
			"ACCEPT to multicast udp to port 5404:5405\nACCEPT from fd00::2 to fd00::1 udp to port 5404:5405\n"},
		{"corosync out", Builtin{Kind: Corosync, Dir: Out, Peers: []CorosyncPeer{{V4, "10.0.0.1", "10.0.0.2", "b"}, {V4, "x", "10.0.0.2", "b"}}},
			"ACCEPT from 10.0.0.1 to 10.0.0.2 udp to port 5404:5405\n", ""},
		{"connmark", Builtin{Kind: ConnMark, Mark: 100}, "", ""},
		{"clear mark", Builtin{Kind: ClearMark}, "", ""},
		{"dhcp in", Builtin{Kind: DHCP}, "ACCEPT udp from port 67 to port 68\n", "ACCEPT udp from port 547 to port 546\n"},
		{"dhcp out", Builtin{Kind: DHCP, Dir: Out}, "ACCEPT udp from port 68 to port 67\n", "ACCEPT udp from port 546 to port 547\n"},
		{"macfilter", Builtin{Kind: MACFilter, MAC: "AA"}, "DROP source MAC not AA\n", "DROP source MAC not AA\n"},
		{"ra drop", Builtin{Kind: RADrop}, "", "DROP icmpv6 type router-advertisement\n"},
		{"ipfilter", Builtin{Kind: IPFilter, Set: set}, "DROP from outside +dc/s\n", "DROP from outside +dc/s\n"},
	} {
		if c.b.Families == NoFamily {
			c.b.Families = Both
		}
		for f, want := range map[Family]string{V4: c.v4, V6: c.v6} {
			if diff := cmp.Diff(want, short(Expand(&c.b, f))); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", c.name, f, diff)
			}
		}
	}
}

func TestExpandKeepsTheOriginAndItsFamily(t *testing.T) {
	b := builtinOf(DropNoise, In, Both)
	for _, r := range Expand(b, V6) {
		if r.Families != OnlyV6 || !cmp.Equal(r.Origin.Steps, b.Origin.Steps) {
			t.Fatalf("%+v", r)
		}
	}
	if got := Expand(builtinOf(DropNoise, In, OnlyV4), V6); got != nil {
		t.Errorf("IPv4 only gives %d rules in IPv6", len(got))
	}
}

// The standard chains of the measured texts, flattened, are what Expand gives.
func TestExpandEqualsTheMeasuredChains(t *testing.T) {
	dir := filepath.Join(measured.Path(t, "conformance"), "cases", "host-options-all")
	blacklist := &Set{Name: "blacklist"}
	kinds := []struct {
		chain string
		b     *Builtin
	}{
		{"PVEFW-Drop", builtinOf(DropNoise, In, Both)},
		{"PVEFW-Reject", builtinOf(RejectNoise, In, Both)},
		{"PVEFW-smurfs", builtinOf(Smurfs, In, OnlyV4)},
		{"PVEFW-tcpflags", builtinOf(BadTCPFlags, In, Both)},
		{"PVEFW-blacklist", &Builtin{Kind: Blacklist, Families: Both, Set: blacklist}},
	}
	for f, name := range map[Family]string{V4: "expected.iptables", V6: "expected.ip6tables"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range kinds {
			want := flatten(string(text), k.chain)
			got := asIPTables(Expand(k.b, f))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s %s (-measured +expanded):\n%s", f, k.chain, diff)
			}
		}
	}
}

// flatten lists the rules of a chain with its sub-chains in place.
func flatten(text, chain string) []string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		rest, ok := strings.CutPrefix(line, "-A "+chain+" ")
		if !ok || strings.Contains(rest, "PVESIG") || strings.Contains(rest, "NFLOG") {
			continue
		}
		words := strings.Fields(rest)
		switch n := len(words); words[n-1] {
		case "PVEFW-DropBroadcast":
			out = append(out, flatten(text, words[n-1])...)
		case "PVEFW-logflags", "PVEFW-smurflog":
			out = append(out, strings.Join(append(words[:n-2], "DROP"), " "))
		case "PVEFW-reject":
			out = append(out, strings.Join(append(words[:n-2], "REJECT"), " "))
		default:
			out = append(out, strings.Join(append(words[:n-2], words[n-1]), " "))
		}
	}
	return out
}

// asIPTables writes rules in the words of the measured chains.
func asIPTables(rules []*Rule) []string {
	var out []string
	for _, r := range rules {
		m := r.Match
		var w []string
		add := func(ok bool, format string, args ...any) {
			if ok {
				w = append(w, fmt.Sprintf(format, args...))
			}
		}
		text := func(a *Addr) string { return strings.TrimSpace(fmt.Sprint(a)) }
		add(m.SrcType == Broadcast, "-m addrtype --src-type BROADCAST")
		add(m.DstType != AnyType, "-m addrtype --dst-type %s", strings.ToUpper(m.DstType.String()))
		add(m.Source != nil && m.Source.Set == nil, "-s %s", text(m.Source))
		add(m.Dest != nil, "-d %s", text(m.Dest))
		add(m.State == Invalid, "-m conntrack --ctstate INVALID")
		if m.Proto != nil {
			add(true, "-p %s", m.Proto.Text)
		}
		if m.ICMP != nil {
			add(true, "-m %s --%s-type %s", m.Proto.Text, m.Proto.Text, m.ICMP.Text)
		}
		add(m.Flags != nil, "-m tcp")
		add(m.SPort != nil, "--sport %s", m.SPort.text())
		if m.Flags != nil {
			add(m.Flags.Negated, "!")
			add(true, "--tcp-flags %s %s", flagList(m.Flags.Mask), flagList(m.Flags.Want))
		}
		if m.DPort != nil {
			add(m.DPort.List, "--match multiport --dports %s", m.DPort.Text)
			add(!m.DPort.List, "--dport %s", m.DPort.Text)
		}
		verdict := r.Verdict.Kind.String()
		if r.Verdict.Kind == Leave {
			verdict = "RETURN"
		}
		out = append(out, strings.Join(append(w, verdict), " "))
	}
	return out
}

func flagList(bits uint8) string {
	var names []string
	for i, name := range []string{"FIN", "SYN", "RST", "PSH", "ACK", "URG"} {
		if bits&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	if names == nil {
		return "NONE"
	}
	return strings.Join(names, ",")
}

// The values behind the texts of an expansion are what the texts say.
func TestExpandedValuesFollowTheirTexts(t *testing.T) {
	for k := Loopback; k <= RejectNoise; k++ {
		for f := V4; f <= V6; f++ {
			for _, r := range Expand(&Builtin{Kind: k, Families: Both, Set: &Set{}, MAC: "x"}, f) {
				for _, p := range []*Ports{r.Match.SPort, r.Match.DPort} {
					if p != nil && ports(p.Ranges...).Text != p.Text {
						t.Errorf("%s: ports %s are %v", k, p.Text, p.Ranges)
					}
				}
				for _, a := range []*Addr{r.Match.Source, r.Match.Dest} {
					if a != nil && a.Set == nil && a.Prefixes[0] != netip.MustParsePrefix(a.Text) {
						t.Errorf("%s: address %s is %v", k, a.Text, a.Prefixes)
					}
				}
			}
		}
	}
}
