package packet

import (
	"net/netip"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/ir"
)

// Invariant: the sets of a chain hold a packet exactly where Evaluator.Chain
// decides it so.
func TestDecideChainEqualsEval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyChain(t)
		e := NewEvaluator(&ir.Policy{})
		all := [2]Decisions{DecideChain(c, ir.V4), DecideChain(c, ir.V6)}
		for range 40 {
			p := anyPacket(t)
			before := *p
			want := verdict(e.Chain(c, p))
			if got := all[p.Family].verdictOf(&before); got != want {
				t.Fatalf("%q, want %q for %+v", got, want, before)
			}
		}
	})
}

// verdictOf is the verdict by the one set that holds p.
func (d Decisions) verdictOf(p *Packet) string {
	text := ""
	for name, s := range map[string]Set{"ACCEPT ": d.Accept, "DROP ": d.Drop, "REJECT ": d.Reject, "THROUGH ": d.Through} {
		switch s.Contains(p) {
		case Yes:
			text += name
		case Unknown:
			text += "UNKNOWN "
		}
	}
	switch text {
	case "THROUGH ":
		return ""
	case "":
		return "nothing"
	}
	return text[:len(text)-1]
}

// The decisions of a chain are disjoint and are all packets, and each witness of
// one is decided so.
func TestDecisionsArePartition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, f := anyChain(t), rapid.SampledFrom([]ir.Family{ir.V4, ir.V6}).Draw(t, "family")
		d := DecideChain(c, f)
		list := []Set{d.Accept, d.Drop, d.Reject, d.Through}
		union := d.Accept.universe.None()
		for i, s := range list {
			if union.Meets(s) != No {
				t.Fatalf("set %d meets those before it", i)
			}
			union = union.Union(s)
			p, ok := s.Sample()
			if ok != (s.Empty() == No) {
				t.Fatalf("set %d: sample %v, empty %s", i, ok, s.Empty())
			}
			if !ok {
				continue
			}
			was := *p
			if got, want := verdict(NewEvaluator(&ir.Policy{}).Chain(c, p)), []string{"ACCEPT", "DROP", "REJECT", ""}[i]; got != want {
				t.Fatalf("the witness of set %d gets %q, want %q: %+v", i, got, want, was)
			}
		}
		if union.Complement().Empty() != Yes {
			t.Fatal("a packet is in no set")
		}
	})
}

// Hits are those of the interpreter: rule, group and all.
func TestHitsEqualEval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyChain(t)
		for _, f := range []ir.Family{ir.V4, ir.V6} {
			u := NewUniverse(f, ListMatches(f, c.Dir, c.Live(f))...)
			u.Decide(c.Live(f), c.Dir, func(h Hit) {
				p, ok := h.Packets.Sample()
				if !ok {
					t.Fatal("a hit without packets")
				}
				d := NewEvaluator(&ir.Policy{}).Chain(c, p)
				if d.Node != h.Node || d.Within != h.Within || d.Verdict != h.Verdict || !reflect.DeepEqual(d.Rule, h.Rule) {
					t.Fatalf("%+v, decided by %+v", h, d)
				}
			})
		}
	})
}

// Without work every answer is Unknown or right.
func TestDecisionsWithoutWorkAreNeverWrong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyChain(t)
		e := NewEvaluator(&ir.Policy{})
		p := anyPacket(t)
		u := NewUniverse(p.Family, ListMatches(p.Family, c.Dir, c.Live(p.Family))...)
		u.SetWork(rapid.IntRange(0, 400).Draw(t, "work"))
		d := u.Decide(c.Live(p.Family), c.Dir, nil)
		before := *p
		want := verdict(e.Chain(c, p))
		for name, s := range map[string]Set{"ACCEPT": d.Accept, "DROP": d.Drop, "REJECT": d.Reject, "": d.Through} {
			if got := s.Contains(&before); got != Unknown && got != yes(name == want) {
				t.Fatalf("%q: %s, but the packet gets %q", name, got, want)
			}
		}
	})
}

// Tens of thousands of rules: work and memory stay bounded, and what is answered
// is right. Beyond mostToggles intervals are atoms as they are.
func TestHugeChainsAreNeverWrong(t *testing.T) {
	const rules = 20000
	var nodes []ir.Node
	for i := range rules {
		a := netip.AddrFrom4([4]byte{10, byte(i >> 14), byte(i >> 6), byte(i << 2)})
		nodes = append(nodes, rule(ir.Match{Source: &ir.Addr{Prefixes: []netip.Prefix{netip.PrefixFrom(a, 32)}}}, ir.VerdictKind(i%3), byDefault("x")))
	}
	c := chain(ir.In, nodes...)
	d, e := DecideChain(c, ir.V4), NewEvaluator(&ir.Policy{})
	known := 0
	for i := 0; i < rules; i += 1999 {
		p := ordinary(ir.V4)
		for _, low := range []byte{0, 1} {
			p.Source = netip.AddrFrom4([4]byte{10, byte(i >> 14), byte(i >> 6), byte(i<<2) | low})
			want := verdict(e.Chain(c, p))
			if d.Accept.Contains(p) != Unknown {
				known++
			}
			if got := d.Accept.Contains(p); got != Unknown && got != yes(want == "ACCEPT") {
				t.Errorf("%s: accepted %s, but the verdict is %q", p.Source, got, want)
			}
		}
	}
	if known == 0 || d.Accept.Exact() {
		t.Errorf("%d packets known, exact %v: this test tests nothing", known, d.Accept.Exact())
	}
}
