package netlink

import (
	"regexp"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// sources are the address 192.0.2.77 of the stream and its neighbours.
func sources(first, last byte) nft.Element {
	const net = 192<<24 | 2<<8
	return nft.Element{Key: []nft.Span{{First: nft.Value{Lo: net | uint64(first)}, Last: nft.Value{Lo: net | uint64(last)}}}}
}

// pairing is two programs that both drop the stream, while a mixture of them does not.
type pairing struct {
	old, new *nft.Table
	by       func(t *testing.T) // done by hand between changes
}

// drops is a rule that drops what its other statements match.
func drops(stmts ...nft.Stmt) *nft.Rule {
	return &nft.Rule{Stmts: append(stmts, &nft.Verdict{Kind: nft.Drop}), Comment: "00000000 drop"}
}

// later is rules that take a while and match nothing, between two others.
func later(first, last *nft.Rule) []*nft.Rule {
	rules := []*nft.Rule{first}
	for n := range uint64(300) {
		rules = append(rules, drops(&nft.Compare{Field: nft.L4Proto, Value: nft.Value{Lo: unix.IPPROTO_TCP}}, &nft.Compare{Field: nft.SourcePort, Value: nft.Value{Lo: n}}))
	}
	return append(rules, last)
}

func leads(to string, stmts ...nft.Stmt) *nft.Rule {
	return &nft.Rule{Stmts: append(stmts, &nft.Verdict{Kind: nft.Jump, Chain: to}), Comment: "00000000 jump"}
}

var fromSource = []nft.Field{nft.IPSource}

func among(s *nft.Set) nft.Stmt { return &nft.Lookup{Fields: fromSource, Set: s} }
func beyond(s *nft.Set) nft.Stmt {
	return &nft.Lookup{Fields: fromSource, Set: s, Not: true}
}

func spans(name string, elements ...nft.Element) *nft.Set {
	return &nft.Set{Name: name, Key: fromSource, Interval: true, Elements: elements}
}

// hosts is a table of an input chain, others that it leads to, and sets.
func hosts(sets []*nft.Set, chains ...*nft.Chain) *nft.Table {
	return &nft.Table{Family: nft.Inet, Name: nft.HostTable, Sets: sets, Chains: chains}
}

func input(rules ...*nft.Rule) *nft.Chain {
	return &nft.Chain{Name: "input", Hook: &nft.Hook{Point: nft.Input}, Rules: rules}
}

// pairings are what a change may mix, by name.
func pairings() map[string]pairing {
	in, out := sources(70, 79), sources(170, 179)
	return map[string]pairing{
		"a set and the rule that looks into it": func() pairing {
			a, b := spans("s", in), spans("s", out)
			return pairing{old: hosts([]*nft.Set{a}, input(drops(among(a)))), new: hosts([]*nft.Set{b}, input(drops(beyond(b))))}
		}(),
		"a set and a rule before the chain that looks into it": func() pairing {
			a, b := spans("s", in), spans("s", out)
			group := func(s *nft.Set) *nft.Chain { return &nft.Chain{Name: "group", Rules: []*nft.Rule{drops(among(s))}} }
			udp := &nft.Compare{Field: nft.L4Proto, Value: nft.Value{Lo: unix.IPPROTO_UDP}}
			return pairing{old: hosts([]*nft.Set{a}, input(leads("group")), group(a)), new: hosts([]*nft.Set{b}, input(drops(udp), leads("group")), group(b))}
		}(),
		"two sets": func() pairing {
			a, b, c, d := spans("a", in), spans("b", out), spans("a", out), spans("b", in)
			return pairing{old: hosts([]*nft.Set{a, b}, input(later(drops(among(a)), drops(among(b)))...)), new: hosts([]*nft.Set{c, d}, input(later(drops(among(c)), drops(among(d)))...))}
		}(),
		"two look-ups": func() pairing {
			a, b := spans("s", in), spans("s", out)
			return pairing{old: hosts([]*nft.Set{a}, input(later(drops(among(a)), drops(beyond(a)))...)), new: hosts([]*nft.Set{b}, input(later(drops(among(b)), drops(beyond(b)))...))}
		}(),
		"ranges that overlap": func() pairing {
			a, b := spans("s", sources(0, 76), sources(77, 99), sources(120, 130)), spans("s", sources(50, 77), sources(78, 99), sources(110, 115))
			return pairing{old: hosts([]*nft.Set{a}, input(drops(among(a)))), new: hosts([]*nft.Set{b}, input(drops(among(b))))}
		}(),
		"a set of another type": func() pairing {
			a, b := spans("s", in), &nft.Set{Name: "s", Key: []nft.Field{nft.InName}, Elements: []nft.Element{{Key: []nft.Span{{First: nft.Value{Name: "in0"}, Last: nft.Value{Name: "in0"}}}}}}
			return pairing{old: hosts([]*nft.Set{a}, input(drops(among(a)))), new: hosts([]*nft.Set{b}, input(drops(&nft.Lookup{Fields: b.Key, Set: b})))}
		}(),
		"a map and the chain that asks it": func() pairing {
			element := nft.Element{Key: []nft.Span{{First: nft.Value{Name: "in0"}, Last: nft.Value{Name: "in0"}}}, Verdict: nft.Verdict{Kind: nft.Goto, Chain: "guest"}}
			other := element
			other.Key = []nft.Span{{First: nft.Value{Name: "in7"}, Last: nft.Value{Name: "in7"}}}
			a, b := &nft.Set{Name: "ports", Key: []nft.Field{nft.InName}, Verdicts: true}, &nft.Set{Name: "ports", Key: []nft.Field{nft.InName}, Verdicts: true}
			a.Elements, b.Elements = []nft.Element{element}, []nft.Element{other}
			ask := func(m *nft.Set) *nft.Rule {
				return &nft.Rule{Stmts: []nft.Stmt{&nft.Dispatch{Fields: m.Key, Map: m}}, Comment: "00000000 ports"}
			}
			guest := &nft.Chain{Name: "guest", Rules: []*nft.Rule{drops()}}
			return pairing{old: hosts([]*nft.Set{a}, input(ask(a)), guest), new: hosts([]*nft.Set{b}, input(ask(b), drops()), guest)}
		}(),
		"a base chain that moves": func() pairing {
			moved := input(drops())
			moved.Hook = &nft.Hook{Point: nft.Prerouting, Priority: -3}
			return pairing{old: hosts(nil, input(drops())), new: hosts(nil, moved)}
		}(),
		"a body that somebody altered": func() pairing {
			c := input(drops(&nft.Lookup{Fields: []nft.Field{nft.DestPort}, Set: &nft.Set{Key: []nft.Field{nft.DestPort}, Interval: true, Elements: []nft.Element{{Key: []nft.Span{{First: nft.Value{Lo: 9000}, Last: nft.Value{Lo: 9999}}}}, {Key: []nft.Span{{First: nft.Value{Lo: 1}, Last: nft.Value{Lo: 7}}}}}}}))
			c.Rules[0].Stmts = append([]nft.Stmt{&nft.Compare{Field: nft.L4Proto, Value: nft.Value{Lo: unix.IPPROTO_UDP}}}, c.Rules[0].Stmts...)
			p := hosts(nil, c)
			return pairing{old: p, new: p, by: func(t *testing.T) { alter(t) }}
		}(),
	}
}

// alter puts a rule behind those of each body.
func alter(t *testing.T) {
	t.Helper()
	for _, body := range bodies.FindAllString(tool(t, "", "list", "chains"), -1) {
		tool(t, "add rule inet pvefw "+body+" counter\n", "-f", "-")
	}
}

var bodies = regexp.MustCompile(`input/[0-9a-f/]+`)

// Invariant: in each hook a packet meets the old rules and elements or the new ones, never
// some of both, whether the new ones are a program or were saved under the same names.
func TestNoPacketMeetsAMixture(t *testing.T) {
	for name, p := range pairings() {
		t.Run(name, func(t *testing.T) {
			c := namespace(t)
			s := flow(t)
			s.flows(t)
			var saved []*Saved
			programs := []*nft.Program{finished(&nft.Program{Tables: []*nft.Table{p.old}}), finished(&nft.Program{Tables: []*nft.Table{p.new}})}
			for _, program := range []*nft.Program{programs[1], programs[0]} {
				if err := c.Apply(encodeTried(t, program)); err != nil {
					t.Fatal(err)
				}
				now, err := c.Save()
				if err != nil {
					t.Fatal(err)
				}
				saved = append(saved, now)
			}
			s.stopped(t, "changes", func(round int) {
				if p.by != nil {
					p.by(t)
				}
				if d, err := c.change(t, programs[(round+1)%2]); err != nil || d.Empty() {
					t.Fatalf("nothing is changed: %v", err)
				}
			})
			s.stopped(t, "ways back", func(round int) {
				if p.by != nil {
					p.by(t)
				}
				if err := c.Restore(saved[round%2]); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

// rounds is how many changes of each kind are made.
const rounds = 60

// stopped makes changes while nothing of the stream may arrive.
func (s *stream) stopped(t *testing.T, what string, change func(round int)) {
	t.Helper()
	s.dry(t)
	arrived, sent := s.arrived.Load(), s.sent.Load()
	for round := range rounds {
		change(round)
	}
	s.dry(t)
	if n := s.arrived.Load() - arrived; n > 0 {
		t.Errorf("%d packets of %d came through %d %s", n, s.sent.Load()-sent, rounds, what)
	}
	t.Logf("%d packets during %d %s", s.sent.Load()-sent, rounds, what)
}
