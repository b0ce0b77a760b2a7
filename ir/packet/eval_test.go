package packet

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/ir"
)

// A few values per field keep random packets and random rules meeting each other.
var (
	some4     = []string{"0.0.0.0", "10.0.0.1", "10.0.0.9", "10.9.0.1", "224.0.0.5", "255.255.255.255"}
	some6     = []string{"fe80::1", "2001:db8::1", "2001:db8:9::1", "ff02::1", "::ffff:10.0.0.1"}
	somePorts = []uint16{0, 22, 43, 53, 67, 68, 135, 137, 138, 139, 445, 546, 547, 1024, 1900, 9999, 65535}
	someICMP  = []uint8{0, 1, 2, 3, 4, 5, 8, 11, 128, 133, 134, 135, 136}
)

func anyPacket(t *rapid.T) *Packet {
	p := &Packet{Family: rapid.SampledFrom([]ir.Family{ir.V4, ir.V6}).Draw(t, "family")}
	pool := some4
	if p.Family == ir.V6 {
		pool = some6
	}
	addr := rapid.SampledFrom(pool)
	p.Source, p.Dest = netip.MustParseAddr(addr.Draw(t, "source")), netip.MustParseAddr(addr.Draw(t, "dest"))
	p.Proto = rapid.SampledFrom([]uint8{1, 2, 6, 17, 47, 58, 132}).Draw(t, "proto")
	p.SPort, p.DPort = rapid.SampledFrom(somePorts).Draw(t, "sport"), rapid.SampledFrom(somePorts).Draw(t, "dport")
	p.ICMPType, p.ICMPCode = rapid.SampledFrom(someICMP).Draw(t, "type"), rapid.SampledFrom([]uint8{0, 3, 4}).Draw(t, "code")
	p.State = rapid.SampledFrom([]ir.State{ir.New, ir.EstablishedState, ir.Related, ir.Invalid, ir.Untracked}).Draw(t, "state")
	p.Flags = rapid.Uint8Range(0, 63).Draw(t, "flags")
	p.In, p.Out = rapid.SampledFrom([]string{"", "lo", "vmbr0"}).Draw(t, "in"), rapid.SampledFrom([]string{"", "lo", "vmbr0"}).Draw(t, "out")
	p.MAC = rapid.SampledFrom([]string{"", "bc:24:11:00:00:01", "BC:24:11:00:00:01", "02:00:00:00:00:01"}).Draw(t, "mac")
	p.Marked = rapid.Bool().Draw(t, "marked")
	return p
}

// noiseModel is a hand-written model of the noise chains, straight from the words of
// reference/pve-firewall §6.6. It returns "" where the chain does not decide.
func noiseModel(p *Packet, smb string) string {
	v6 := p.Family == ir.V6
	between := func(n, a, b uint16) bool { return a <= n && n <= b }
	switch {
	case v6 && p.Proto == 6 && p.DPort == 43:
		return "REJECT"
	case !v6 && p.Dest.As4()[0] >= 224 && p.Dest.As4()[0] < 240, !v6 && p.Dest.String() == "255.255.255.255", v6 && p.Dest.As16()[0] == 0xff:
		return "DROP"
	case !v6 && p.Proto == 1 && (p.ICMPType == 3 && p.ICMPCode == 4 || p.ICMPType == 11), v6 && p.Proto == 58 && p.ICMPType >= 1 && p.ICMPType <= 3:
		return "ACCEPT"
	case p.State == ir.Invalid:
		return "DROP"
	case p.Proto == 17 && (p.DPort == 135 || p.DPort == 445 || between(p.DPort, 137, 139) || p.SPort == 137 && p.DPort >= 1024):
		return smb
	case p.Proto == 6 && (p.DPort == 135 || p.DPort == 139 || p.DPort == 445):
		return smb
	case p.Proto == 17 && p.DPort == 1900, p.Proto == 6 && p.Flags&0b010111 != 2, p.Proto == 17 && p.SPort == 53:
		return "DROP"
	}
	return ""
}

func verdict(d Decision) string {
	if !d.Decided {
		return ""
	}
	return d.Verdict.Kind.String()
}

func TestEvalOfNoiseEqualsTheModel(t *testing.T) {
	e := NewEvaluator(&ir.Policy{})
	for smb, kind := range map[string]ir.BuiltinKind{"DROP": ir.DropNoise, "REJECT": ir.RejectNoise} {
		c := chain(ir.In, builtin(kind, ir.In))
		rapid.Check(t, func(t *rapid.T) {
			p := anyPacket(t)
			if got, want := verdict(e.Chain(c, p)), noiseModel(p, smb); got != want {
				t.Fatalf("%s: %q, want %q for %+v", kind, got, want, p)
			}
		})
	}
}

func TestEvalOfSmallFiltersEqualsTheModel(t *testing.T) {
	e := NewEvaluator(&ir.Policy{})
	mac := builtin(ir.MACFilter, ir.Out)
	mac.MAC = "bc:24:11:00:00:01"
	models := map[*ir.Builtin]func(*Packet) string{
		builtin(ir.Smurfs, ir.In): func(p *Packet) string {
			s := p.Source.String()
			if p.Family == ir.V4 && (p.State == ir.New || p.State == ir.Invalid) && (s == "224.0.0.5" || s == "255.255.255.255") {
				return "DROP"
			}
			return ""
		},
		builtin(ir.BadTCPFlags, ir.In): func(p *Packet) string {
			f := p.Flags
			if p.Proto == 6 && (f == 1|8|32 || f == 0 || f&6 == 6 || f&3 == 3 || p.SPort == 0 && f&0b010111 == 2) {
				return "DROP"
			}
			return ""
		},
		mac: func(p *Packet) string {
			if p.MAC == "02:00:00:00:00:01" {
				return "DROP"
			}
			return ""
		},
		builtin(ir.DHCP, ir.Out): func(p *Packet) string {
			from, to := uint16(68), uint16(67)
			if p.Family == ir.V6 {
				from, to = 546, 547
			}
			if p.Proto == 17 && p.SPort == from && p.DPort == to {
				return "ACCEPT"
			}
			return ""
		},
		builtin(ir.RADrop, ir.Out): func(p *Packet) string {
			if p.Family == ir.V6 && p.Proto == 58 && p.ICMPType == 134 {
				return "DROP"
			}
			return ""
		},
		builtin(ir.Loopback, ir.In): func(p *Packet) string {
			if p.In == "lo" {
				return "ACCEPT"
			}
			return ""
		},
	}
	rapid.Check(t, func(t *rapid.T) {
		p := anyPacket(t)
		for b, model := range models {
			if got, want := verdict(e.Chain(chain(b.Dir, b), p)), model(p); got != want {
				t.Fatalf("%s: %q, want %q for %+v", b.Kind, got, want, p)
			}
		}
	})
}

// What the source is in decides about the smurf chain: its return goes on behind.
func TestLeaveGoesOnBehindTheBuiltin(t *testing.T) {
	smurfs := builtin(ir.Smurfs, ir.In)
	c := chain(ir.In, smurfs, rule(ir.Match{}, ir.Reject, byDefault("policy_in")))
	p := &Packet{Source: netip.MustParseAddr("0.0.0.0"), Dest: netip.MustParseAddr("255.255.255.255"), Proto: 17, State: ir.New}
	if d := NewEvaluator(&ir.Policy{}).Chain(c, p); verdict(d) != "REJECT" {
		t.Errorf("a DHCP client's first packet got %q", verdict(d))
	}
}

func TestSetMembershipEqualsASearch(t *testing.T) {
	prefixes := []string{"10.0.0.0/8", "10.0.0.0/16", "10.0.0.0/24", "10.0.0.1/32", "10.9.0.0/16", "0.0.0.0/1", "224.0.0.0/4",
		"fe80::/10", "2001:db8::/32", "2001:db8:9::/48", "2001:db8::1/128", "::ffff:0:0/96"}
	rapid.Check(t, func(t *rapid.T) {
		s := &ir.Set{}
		for _, text := range rapid.SliceOfDistinct(rapid.SampledFrom(prefixes), rapid.ID[string]).Draw(t, "entries") {
			s.Entries = append(s.Entries, ir.SetEntry{Text: text, Prefix: netip.MustParsePrefix(text), NoMatch: rapid.Bool().Draw(t, "nomatch")})
		}
		s.Entries = append(s.Entries, ir.SetEntry{Text: "dead", Prefix: netip.MustParsePrefix("10.0.0.0/30"), Skipped: "dead"})
		e := NewEvaluator(&ir.Policy{})
		for _, text := range append(append([]string{}, some4...), some6...) {
			addr := netip.MustParseAddr(text)
			longest, member := -1, false
			for _, entry := range s.Entries {
				if entry.Skipped == "" && entry.Prefix.Contains(addr) && entry.Prefix.Bits() > longest {
					longest, member = entry.Prefix.Bits(), !entry.NoMatch
				}
			}
			if got := e.matchAddr(&ir.Addr{Set: s}, addr); got != member {
				t.Fatalf("%s: %v, want %v", addr, got, member)
			}
			if got := e.matchAddr(&ir.Addr{Set: s, Negated: true}, addr); got == member {
				t.Fatalf("%s: negated is %v", addr, got)
			}
		}
	})
}

func TestMatchesEveryPart(t *testing.T) {
	base := Packet{Source: netip.MustParseAddr("10.0.0.1"), Dest: netip.MustParseAddr("10.0.0.9"), Proto: 6, SPort: 22, DPort: 9999,
		State: ir.New, Flags: 2, In: "vmbr0", MAC: "bc:24:11:00:00:01"}
	span := &ir.Range{First: netip.MustParseAddr("10.0.0.1"), Last: netip.MustParseAddr("10.0.0.3")}
	v6span := &ir.Range{First: netip.MustParseAddr("::"), Last: netip.MustParseAddr("ffff::")}
	echo := &ir.ICMP{Type: 8, Code: -1}
	ping := base
	ping.Proto, ping.ICMPType, ping.ICMPCode = 1, 8, 3
	e := NewEvaluator(&ir.Policy{})
	for _, c := range []struct {
		name string
		p    Packet
		m    ir.Match
		want bool
	}{
		{"nothing", base, ir.Match{}, true},
		{"in", base, ir.Match{In: "vmbr0"}, true},
		{"other in", base, ir.Match{In: "vmbr1"}, false},
		{"out", base, ir.Match{Out: "vmbr0"}, false},
		{"state", base, ir.Match{State: ir.Invalid | ir.New}, true},
		{"other state", base, ir.Match{State: ir.Invalid}, false},
		{"unmarked", base, ir.Match{AcceptedBySender: true}, false},
		{"range", base, ir.Match{Source: &ir.Addr{Range: span}}, true},
		{"out of range", base, ir.Match{Dest: &ir.Addr{Range: span}}, false},
		{"range of the other family", base, ir.Match{Source: &ir.Addr{Range: v6span}}, false},
		{"prefix of the other family", base, ir.Match{Source: from("::/0")}, false},
		{"sport", base, ir.Match{Proto: tcp, SPort: port(22)}, true},
		{"dport", base, ir.Match{Proto: tcp, DPort: port(22)}, false},
		{"other protocol", base, ir.Match{Proto: udp}, false},
		{"protocol 0", base, ir.Match{Proto: &ir.Proto{Text: "ip"}}, true},
		{"icmp on tcp", base, ir.Match{ICMP: echo}, false},
		{"icmp", ping, ir.Match{Proto: icmp, ICMP: echo}, true},
		{"icmp code", ping, ir.Match{Proto: icmp, ICMP: &ir.ICMP{Type: 8, Code: 4}}, false},
		{"icmp any", ping, ir.Match{Proto: icmp, ICMP: &ir.ICMP{Any: true}}, true},
		{"icmp of the other family", ping, ir.Match{ICMP: &ir.ICMP{V6: true, Type: 8, Code: -1}}, false},
		{"ports of icmp", ping, ir.Match{Proto: icmp, SPort: port(22)}, false},
		{"flags of icmp", ping, ir.Match{Flags: &ir.TCPFlags{}}, false},
	} {
		if got := e.Matches(&c.m, &c.p); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// Invariant: a call clears the mark on entry, and only there.
func TestCallClearsTheMarkOnEntry(t *testing.T) {
	web := &ir.Group{Name: "web", In: body(ir.In), Out: body(ir.Out)}
	leak := rule(ir.Match{AcceptedBySender: true}, ir.Accept, byDefault("leak"))
	c := chain(ir.In, &ir.Call{Families: ir.Both, Match: ir.Match{In: "vmbr1"}, Group: web}, leak)
	for in, want := range map[string]string{"vmbr0": "ACCEPT", "vmbr1": ""} {
		p := &Packet{In: in, Marked: true}
		if got := verdict(NewEvaluator(&ir.Policy{}).Chain(c, p)); got != want {
			t.Errorf("in by %s: %q", in, got)
		}
	}
}

// A group that was given up half-way still decides as far as it got.
func TestHalfBuiltGroupsAreEntered(t *testing.T) {
	half := body(ir.In, rule(tcpTo(80), ir.Accept, byDefault("")), rule(tcpTo(81), ir.Accept, byDefault("")))
	half.Build[ir.V4] = ir.Build{Exists: true, Nodes: 1}
	queue := &ir.Queue{Text: "3"}
	c := chain(ir.In, &ir.Call{Families: ir.Both, Group: &ir.Group{Name: "g", In: half}, Verdict: ir.Verdict{Queue: queue}})
	e := NewEvaluator(&ir.Policy{})
	first := e.Chain(c, &Packet{Proto: 6, DPort: 80})
	if verdict(first) != "ACCEPT" || first.Verdict.Queue != queue || first.Within == nil {
		t.Errorf("the built half does not decide: %+v", first)
	}
	if got := verdict(e.Chain(c, &Packet{Proto: 6, DPort: 81})); got != "" {
		t.Errorf("the missing half decides: %q", got)
	}
}
