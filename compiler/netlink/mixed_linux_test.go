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

// pairing is two programs that both drop the stream, while some mixture of them does not.
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

func jumps(to string) *nft.Rule {
	return &nft.Rule{Stmts: []nft.Stmt{&nft.Verdict{Kind: nft.Jump, Chain: to}}, Comment: "00000000 jump"}
}

var (
	udp        = &nft.Compare{Field: nft.L4Proto, Value: nft.Value{Lo: unix.IPPROTO_UDP}}
	fromSource = []nft.Field{nft.IPSource}
)

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

// pairings are what a change may mix.
var pairings = map[string]func() pairing{
	"a set and the rule that looks into it": setAndRule, "a set and a rule before the chain that looks into it": setAndRuleBefore,
	"two sets": twoSets, "two look-ups": twoLookUps, "ranges that overlap": overlappingRanges, "a set of another type": anotherType,
	"a map and the chain that asks it": mapAndChain, "a base chain that moves": movingChain, "a body that somebody altered": alteredBody,
}

var nearby, elsewhere = sources(70, 79), sources(170, 179)

func setAndRule() pairing {
	a, b := spans("s", nearby), spans("s", elsewhere)
	return pairing{old: hosts([]*nft.Set{a}, input(drops(among(a)))), new: hosts([]*nft.Set{b}, input(drops(beyond(b))))}
}

func setAndRuleBefore() pairing {
	a, b := spans("s", nearby), spans("s", elsewhere)
	group := func(s *nft.Set) *nft.Chain { return &nft.Chain{Name: "group", Rules: []*nft.Rule{drops(among(s))}} }
	return pairing{old: hosts([]*nft.Set{a}, input(jumps("group")), group(a)), new: hosts([]*nft.Set{b}, input(drops(udp), jumps("group")), group(b))}
}

func twoSets() pairing {
	of := func(a, b *nft.Set) *nft.Table {
		return hosts([]*nft.Set{a, b}, input(later(drops(among(a)), drops(among(b)))...))
	}
	return pairing{old: of(spans("a", nearby), spans("b", elsewhere)), new: of(spans("a", elsewhere), spans("b", nearby))}
}

func twoLookUps() pairing {
	of := func(s *nft.Set) *nft.Table {
		return hosts([]*nft.Set{s}, input(later(drops(among(s)), drops(beyond(s)))...))
	}
	return pairing{old: of(spans("s", nearby)), new: of(spans("s", elsewhere))}
}

func overlappingRanges() pairing {
	of := func(s *nft.Set) *nft.Table { return hosts([]*nft.Set{s}, input(drops(among(s)))) }
	return pairing{old: of(spans("s", sources(0, 76), sources(77, 99), sources(120, 130))), new: of(spans("s", sources(50, 77), sources(78, 99), sources(110, 115)))}
}

func anotherType() pairing {
	a, b := spans("s", nearby), &nft.Set{Name: "s", Key: []nft.Field{nft.InName}, Elements: []nft.Element{{Key: port("in0")}}}
	return pairing{old: hosts([]*nft.Set{a}, input(drops(among(a)))), new: hosts([]*nft.Set{b}, input(drops(&nft.Lookup{Fields: b.Key, Set: b})))}
}

func port(name string) []nft.Span {
	return []nft.Span{{First: nft.Value{Name: name}, Last: nft.Value{Name: name}}}
}

func mapAndChain() pairing {
	of := func(name string, rules ...*nft.Rule) *nft.Table {
		m := &nft.Set{Name: "ports", Key: []nft.Field{nft.InName}, Verdicts: true, Elements: []nft.Element{{Key: port(name), Verdict: nft.Verdict{Kind: nft.Goto, Chain: "guest"}}}}
		ask := &nft.Rule{Stmts: []nft.Stmt{&nft.Dispatch{Fields: m.Key, Map: m}}, Comment: "00000000 ports"}
		return hosts([]*nft.Set{m}, input(append([]*nft.Rule{ask}, rules...)...), &nft.Chain{Name: "guest", Rules: []*nft.Rule{drops()}})
	}
	return pairing{old: of("in0"), new: of("in7", drops())}
}

func movingChain() pairing {
	moved := input(drops())
	moved.Hook = &nft.Hook{Point: nft.Prerouting, Priority: -3}
	return pairing{old: hosts(nil, input(drops())), new: hosts(nil, moved)}
}

func alteredBody() pairing {
	ports := &nft.Set{Key: []nft.Field{nft.DestPort}, Interval: true, Elements: []nft.Element{
		{Key: []nft.Span{{First: nft.Value{Lo: 1}, Last: nft.Value{Lo: 7}}}}, {Key: []nft.Span{{First: nft.Value{Lo: 9000}, Last: nft.Value{Lo: 9999}}}},
	}}
	p := hosts(nil, input(drops(udp, &nft.Lookup{Fields: ports.Key, Set: ports})))
	return pairing{old: p, new: p, by: alter}
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
	for name, of := range pairings {
		t.Run(name, func(t *testing.T) {
			p := of()
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
			s.stopped(t, rounds, "changes", func(round int) {
				if p.by != nil {
					p.by(t)
				}
				if d, err := c.change(t, programs[(round+1)%2]); err != nil || d.Empty() {
					t.Fatalf("nothing is changed: %v", err)
				}
			})
			s.stopped(t, rounds/2, "ways back", func(round int) {
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
const rounds = 40

// stopped makes changes while nothing of the stream may arrive.
func (s *stream) stopped(t *testing.T, rounds int, what string, change func(round int)) {
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
