package iptables

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/ir"
)

func TestMatchText(t *testing.T) {
	set := &ir.Set{Owner: 100, Name: "gset"}
	icmpProto := &ir.Proto{Text: "icmp", Number: 1}
	list, single := &ir.Ports{Text: "80,90:100", List: true}, &ir.Ports{Text: "22"}
	for _, c := range []struct {
		m    ir.Match
		want string
	}{
		{ir.Match{}, ""},
		{ir.Match{In: "vmbr0", Source: &ir.Addr{Text: "10.0.0.0/8,192.0.2.7"}}, "-i vmbr0 -s 10.0.0.0/8,192.0.2.7"},
		{ir.Match{Out: "vmbr0", Dest: &ir.Addr{Text: "10.0.0.1-10.0.0.9"}}, "-o vmbr0 -m iprange --dst-range 10.0.0.1-10.0.0.9"},
		{ir.Match{Source: &ir.Addr{Set: set}, Dest: &ir.Addr{Set: set, Negated: true}},
			"-m set --match-set PVEFW-100-gset-v4 src -m set ! --match-set PVEFW-100-gset-v4 dst"},
		{ir.Match{Proto: &ir.Proto{Text: "17"}, SPort: single, DPort: single}, "-p 17 --sport 22 --dport 22"},
		{ir.Match{Proto: &ir.Proto{Text: "udp"}, SPort: list, DPort: single}, "-p udp --dport 22 --match multiport --sports 80,90:100"},
		{ir.Match{Proto: &ir.Proto{Text: "udp"}, SPort: single, DPort: list}, "-p udp --sport 22 --match multiport --dports 80,90:100"},
		{ir.Match{Proto: &ir.Proto{Text: "udp"}, SPort: list, DPort: list},
			"-p udp --match multiport --dports 80,90:100 --match multiport --sports 80,90:100"},
		{ir.Match{Proto: icmpProto, ICMP: &ir.ICMP{Text: "echo-request"}}, "-p icmp -m icmp --icmp-type echo-request"},
		{ir.Match{Proto: &ir.Proto{Text: "ipv6-icmp", Number: 58}, ICMP: &ir.ICMP{Text: "packet-too-big", V6: true, Option: true}},
			"-p ipv6-icmp -m ipv6-icmp --icmpv6-type packet-too-big"},
		{ir.Match{Proto: icmpProto, ICMP: &ir.ICMP{Text: "any", Option: true, Also: &ir.ICMP{Text: "8"}}},
			"-p icmp -m icmp --icmp-type any -m icmp --icmp-type 8"},
		{ir.Match{Proto: &ir.Proto{Text: "udp"}, DPort: single, DstType: ir.Multicast}, "-p udp --dport 22 -m addrtype --dst-type MULTICAST"},
	} {
		if got := match(&c.m, ir.V4); unwritable(&c.m) != "" || got != c.want {
			t.Errorf("got %q (%s), want %q", got, unwritable(&c.m), c.want)
		}
	}
}

func TestForeignMatchesAreRefused(t *testing.T) {
	for _, m := range []ir.Match{{SrcType: ir.Broadcast}, {State: ir.New}, {NotMAC: "x"}, {Flags: &ir.TCPFlags{}}} {
		if unwritable(&m) == "" {
			t.Errorf("%+v is printed", m)
		}
	}
}

func TestHashSize(t *testing.T) {
	for declared, want := range map[int]int{0: 64, 64: 64, 65: 128, 128: 128, 129: 256, 300: 512} {
		if got := hashSize(declared); got != want {
			t.Errorf("%d entries: %d, want %d", declared, got, want)
		}
	}
}

func TestSetText(t *testing.T) {
	s := &ir.Set{Name: "x", Declared: 65, Entries: []ir.SetEntry{
		{Text: "9.0.0.0/8"}, {Text: "10.0.0.1", NoMatch: true}, {Text: "2001:db8::1"},
		{Text: "10.0.0.0/8"}, {Text: "9.0.0.0/8", NoMatch: true}, {Text: "1.1.1.1", Skipped: "dead"}}}
	want := `create PVEFW-0-x-v4 hash:net family inet hashsize 128 maxelem 128 bucketsize 12
add PVEFW-0-x-v4 10.0.0.0/8
add PVEFW-0-x-v4 10.0.0.1 nomatch
add PVEFW-0-x-v4 9.0.0.0/8 nomatch
create PVEFW-0-x-v6 hash:net family inet6 hashsize 128 maxelem 128 bucketsize 12
add PVEFW-0-x-v6 2001:db8::1
`
	if got := ipsetText(&ir.Policy{Sets: []*ir.Set{s}}).String(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestLogLimit(t *testing.T) {
	for want, l := range map[string]ir.LogLimit{
		"":                       {Off: true, Rate: "1/sec"},
		"-m limit":               {},
		"-m limit --limit 1/sec": {Rate: "1/sec"},
		"-m limit --limit 5/hour --limit-burst 9": {Rate: "5/hour", Burst: 9},
	} {
		if got := limit(l); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// loggedRules prints host rules that log, and the words that they log.
func loggedRules(t *testing.T, targets bool, rules ...*ir.Rule) (words [2][]string) {
	t.Helper()
	p := plain()
	for _, r := range rules {
		p.Host.In.Nodes = append([]ir.Node{r}, p.Host.In.Nodes...)
	}
	whole := ir.Whole(len(p.Host.In.Nodes))
	p.Host.In.Build = [2]ir.Build{whole, whole}
	p.LogTargets = targets
	all := emit(t, p)
	for f, name := range []string{IPTablesFile, IP6TablesFile} {
		for _, rule := range rulesOf(all[name], "PVEFW-HOST-IN") {
			if _, word, ok := strings.Cut(rule, ":PVEFW-HOST-IN: "); ok {
				words[f] = append(words[f], strings.TrimSuffix(word, `: "`))
			}
		}
	}
	return words
}

// With LogTargets every printing but the first logs the chain's own target, and a
// rule that an earlier pass came past has no first printing. Without, the action
// is logged as written.
func TestLoggedActionOfLaterPasses(t *testing.T) {
	logged := func(n int, v ir.VerdictKind, fs ir.Families, again bool) *ir.Rule {
		return &ir.Rule{Families: fs, Verdict: ir.Verdict{Kind: v}, Origin: line(n), Log: &ir.Log{Level: 6, Again: again}}
	}
	rules := []*ir.Rule{
		logged(4, ir.Drop, ir.Both, false),
		logged(3, ir.Accept, ir.OnlyV6, false),
		logged(2, ir.Accept, ir.OnlyV6, true),
		logged(1, ir.Reject, ir.Both, false),
	}
	for targets, want := range map[bool]string{
		true:  "[REJECT DROP] [PVEFW-reject RETURN ACCEPT DROP]",
		false: "[REJECT DROP] [REJECT ACCEPT ACCEPT DROP]",
	} {
		words := loggedRules(t, targets, rules...)
		if got := fmt.Sprintf("%v %v", words[ir.V4], words[ir.V6]); got != want {
			t.Errorf("targets %v: got %s, want %s", targets, got, want)
		}
	}
}

func TestRawTable(t *testing.T) {
	p := plain()
	p.Raw = ir.Raw{SynFlood: &ir.SynFlood{Rate: "150", Burst: "400", Expire: "45"}, Helpers: []ir.Helper{
		{Name: "ftp", Proto: "tcp", Port: 21, Families: ir.Both},
		{Name: "sip", Proto: "udp", Port: 5060, Families: ir.Both},
		{Name: "pptp", Proto: "tcp", Port: 1723, Families: ir.OnlyV4}}}
	texts := emit(t, p)
	for name, want := range map[string]string{
		IPTablesFile: "EMel9mbyXxzA9XE6ybJuzAp9jVE", IP6TablesFile: "yjp7owQxycOgIxXI9vyOBlFpeBc"} {
		if got := signatureOf(texts[name], "PVEFW-PREROUTING"); got != want {
			t.Errorf("%s signed %q, want %q", name, got, want)
		}
	}
}

func TestLayer2Text(t *testing.T) {
	p := plain()
	p.NICs = []*ir.Endpoint{
		{Device: "tap102i0", Link: &ir.Link{MAC: "02:00:0A:00:10:07", ARP: []string{"10.40.0.2"}, Ethertypes: []string{"ARP", "IPX"}}},
		{Device: "tap9i0"},
	}
	want := `*filter
:PVEFW-FORWARD ACCEPT
:PVEFW-FWBR-OUT ACCEPT
:tap102i0-OUT ACCEPT
:tap102i0-OUT-ARP ACCEPT
:tap102i0-OUT-PROTO ACCEPT
-A PVEFW-FORWARD -p IPv4 -j ACCEPT
-A PVEFW-FORWARD -p IPv6 -j ACCEPT
-A PVEFW-FORWARD -o fwln+ -j PVEFW-FWBR-OUT
-A PVEFW-FWBR-OUT -i tap102i0 -j tap102i0-OUT
-A tap102i0-OUT -s ! 2:0:a:0:10:7 -j DROP
-A tap102i0-OUT -p ARP -j tap102i0-OUT-ARP
-A tap102i0-OUT -j tap102i0-OUT-PROTO
-A tap102i0-OUT -j ACCEPT
-A tap102i0-OUT-ARP -p ARP --arp-ip-src 10.40.0.2 -j RETURN
-A tap102i0-OUT-ARP -j DROP
-A tap102i0-OUT-PROTO -p ARP -j RETURN
-A tap102i0-OUT-PROTO -p IPX -j RETURN
-A tap102i0-OUT-PROTO -j DROP
-A FORWARD -j PVEFW-FORWARD
`
	if got := emit(t, p)[EBTablesFile]; got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	p.Layer2 = false
	if got := emit(t, p)[EBTablesFile]; got != "*filter\n" {
		t.Errorf("layer 2 off prints %q", got)
	}
}
