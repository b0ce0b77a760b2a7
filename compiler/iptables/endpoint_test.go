package iptables

import (
	"strings"
	"testing"

	"github.com/pvefw/pvefw/ir"
)

func loggedRule(n int, port uint16, text string, v ir.VerdictKind, level int) *ir.Rule {
	return &ir.Rule{Families: ir.Both, Match: tcp(port, text), Verdict: ir.Verdict{Kind: v},
		Log: &ir.Log{Level: level}, Origin: line(n)}
}

// twoCards is the guest whose chains were measured with the signatures below:
// the same rules on two cards, everything logged, a rate limit of its own.
func twoCards() *ir.Policy {
	in := []ir.Node{loggedRule(1, 23, "23", ir.Reject, 4), builtin(ir.DropNoise, ir.In), closing(ir.Drop, &ir.Log{Level: 2})}
	out := []ir.Node{loggedRule(2, 23, "23", ir.Reject, 4), loggedRule(3, 24, "24", ir.Accept, 7),
		builtin(ir.DropNoise, ir.Out), closing(ir.Drop, &ir.Log{Level: 0})}
	p := plain()
	p.Limit, p.LogTargets = ir.LogLimit{Rate: "7/minute", Burst: 3}, true
	p.NICs = []*ir.Endpoint{
		guest("tap102i0", 102, "BC:24:11:0A:01:02", in, out),
		guest("tap102i1", 102, "BC:24:11:0A:11:02", in, out),
	}
	return p
}

func TestGuestChainsCarryMeasuredSignatures(t *testing.T) {
	texts := emit(t, twoCards())
	for chain, want := range map[string][2]string{
		"tap102i0-IN":    {"RhsG28Tgb8s7tDlIQD/5q8Lfudw", "v63zQw1i+F8xLlLJylEp1c6f6yM"},
		"tap102i0-OUT":   {"FO29OaWdOmZIOJbkSLvJAb0Y05A", "hpU++OD5NDDIP+ERzRP4DmBIwgU"},
		"tap102i1-IN":    {"9hyqr8ibIKXZlgUh9WMqdIKymL0", "ovtXdKmvAHoXHI0eR0niNxU6Tvs"},
		"tap102i1-OUT":   {"zPrA6BYk5uTH6bHSS3aFmjTuilI", "QLGeVCcSNRKAYpaC98+ap2JzB3s"},
		"PVEFW-FWBR-OUT": {"5DbD7bRAz4BLJoQOx4ivOVXvOXQ", "5DbD7bRAz4BLJoQOx4ivOVXvOXQ"},
	} {
		for f, name := range []string{IPTablesFile, IP6TablesFile} {
			if got := signatureOf(texts[name], chain); got != want[f] {
				t.Errorf("%s of %s signed %q, want %q:\n%s", chain, name, got, want[f],
					strings.Join(rulesOf(texts[name], chain), "\n"))
			}
		}
	}
}

func TestHalfBuiltChainIsPrintedButNotHooked(t *testing.T) {
	p := twoCards()
	p.NICs = p.NICs[:1]
	nic := p.NICs[0]
	nic.Queue = &ir.Queue{}
	p.Forward.Nodes = append([]ir.Node{builtin(ir.IPSEstablished, ir.In)}, p.Forward.Nodes...)
	nic.In.Build[ir.V4] = ir.Build{Exists: true, Nodes: 2}
	nic.Out.Build[ir.V4] = ir.Build{}
	texts := emit(t, p)
	v4 := texts[IPTablesFile]
	rules := rulesOf(v4, "tap102i0-IN")
	sameLines(t, "half-built chain", rules[:len(rules)-1], []string{
		"-j CONNMARK --set-mark 102", "-p udp --sport 67 --dport 68 -j ACCEPT"})
	if strings.Contains(v4, "-j tap102i0") || strings.Contains(v4, ":tap102i0-OUT") || strings.Contains(v4, "PVEFW-IPS") {
		t.Errorf("IPv4 still filters the guest:\n%s", v4)
	}
	if v6 := texts[IP6TablesFile]; !strings.Contains(v6, "-j tap102i0-IN") || !strings.Contains(v6, "-j PVEFW-IPS") {
		t.Error("IPv6 is complete and must stay in force")
	}
}

func TestGroupCalls(t *testing.T) {
	allow := &ir.Rule{Families: ir.Both, Match: tcp(80, "80"), Verdict: ir.Verdict{Kind: ir.Accept},
		Log: &ir.Log{Level: 6}, Origin: line(9)}
	g := &ir.Group{Name: "web", In: bodyOf("web", ir.In, allow), Out: bodyOf("web", ir.Out)}
	leak := &ir.Rule{Families: ir.Both, Match: ir.Match{AcceptedBySender: true}}
	p := plain(
		&ir.Call{Families: ir.Both, Match: ir.Match{In: "vmbr0"}, Group: g}, leak,
		&ir.Call{Families: ir.Both, Match: ir.Match{In: "vmbr1"}, Group: g})
	p.Groups = []*ir.Group{g}
	queued := ir.Verdict{Queue: &ir.Queue{Text: "1:3"}}
	p.NICs = []*ir.Endpoint{guest("tap9i0", 9, "02:00:00:00:00:09",
		[]ir.Node{&ir.Call{Families: ir.Both, Group: g, Verdict: queued}, closing(ir.Accept, nil)},
		[]ir.Node{&ir.Call{Families: ir.Both, Group: g}, closing(ir.Reject, nil)})}
	text := emit(t, p)[IPTablesFile]

	sameLines(t, "host", rulesOf(text, "PVEFW-HOST-IN")[5:9], []string{
		"-i vmbr0 -j GROUP-web-IN",
		"-m mark --mark 0x80000000/0x80000000 -j RETURN",
		"-i vmbr1 -j GROUP-web-IN",
		"-i vmbr1 -m mark --mark 0x80000000/0x80000000 -j RETURN"})
	sameLines(t, "guest in", rulesOf(text, "tap9i0-IN")[2:5], []string{
		"-j GROUP-web-IN",
		"-m mark --mark 0x80000000/0x80000000 -j NFQUEUE --queue-balance 1:3 --queue-bypass",
		" -j ACCEPT"})
	sameLines(t, "guest out", rulesOf(text, "tap9i0-OUT")[4:7], []string{
		"-j GROUP-web-OUT",
		"-m mark --mark 0x80000000/0x80000000 -j RETURN",
		"-g PVEFW-reject"})
	sameLines(t, "group", rulesOf(text, "GROUP-web-IN")[:3], []string{
		"-j MARK --set-mark 0x00000000/0x80000000",
		`-p tcp --dport 80 -m limit --limit 1/sec -j NFLOG --nflog-prefix ":0:6:GROUP-web-IN: "`,
		"-p tcp --dport 80 -g PVEFW-SET-ACCEPT-MARK"})
}

func TestHostBuiltins(t *testing.T) {
	blacklist := builtin(ir.Blacklist, ir.In)
	blacklist.Set = &ir.Set{Name: "blacklist"}
	corosync := builtin(ir.Corosync, ir.In)
	corosync.AnyCast = true
	corosync.Peers = []ir.CorosyncPeer{
		{Family: ir.V6, Local: "2001:db8::1", Remote: "2001:db8::2"},
		{Family: ir.V4, Local: "10.20.0.1", Remote: "10.20.0.2"}}
	p := plain(blacklist, builtin(ir.BadTCPFlags, ir.In), corosync)
	p.BlacklistLog = &ir.Log{Level: 4}
	text := emit(t, p)[IPTablesFile]
	sameLines(t, "host", rulesOf(text, "PVEFW-HOST-IN")[5:9], []string{
		"-m set --match-set PVEFW-0-blacklist-v4 src -j PVEFW-blacklist",
		"-p tcp -j PVEFW-tcpflags",
		"-m addrtype --dst-type MULTICAST -p udp --dport 5404:5405 -j RETURN",
		"-d 10.20.0.1 -s 10.20.0.2 -p udp --dport 5404:5405 -j RETURN"})
	sameLines(t, "blacklist", rulesOf(text, "PVEFW-blacklist")[:2], []string{
		` -m limit --limit 1/sec -j NFLOG --nflog-prefix ":0:4:PVEFW-blacklist: DROP: "`,
		"-j DROP"})
}

func TestForwardRuleIsReportedOnce(t *testing.T) {
	p := plain()
	p.Forward.Nodes = append(p.Forward.Nodes, &ir.Rule{Families: ir.Both, Match: tcp(80, "80"), Origin: line(4)})
	artifacts, findings := New().Emit(p)
	if len(artifacts) != 4 || len(findings) != 1 || findings[0].Rule != ruleCannotExpress {
		t.Fatalf("%d artifacts, findings %v", len(artifacts), findings)
	}
	if findings[0].Span != line(4).Span {
		t.Errorf("points at %s", findings[0].Span)
	}
}
