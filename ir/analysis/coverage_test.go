package analysis

import (
	"slices"
	"testing"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

var families = []ir.Family{ir.V4, ir.V6}

func TestCoverageEqualsTheBDD(t *testing.T) {
	found := 0
	for seed := range uint64(24) {
		for _, f := range families {
			rules := newCluster(seed).rules(f, 10+int(seed)*5)
			items := (&Analyzer{}).List(asNodes(rules), ir.In, f)
			empty, covered := newBDD(f).covered(rules)
			for i, item := range items {
				if item.Rule != rules[i] || item.Cover.Empty != empty[i] || (item.Cover.Covered == packet.Yes) != covered[i] || item.Cover.Covered == packet.Unknown {
					t.Fatalf("seed %d %s rule %d: %+v, want empty %v, covered %v", seed, f, i, item.Cover, empty[i], covered[i])
				}
				if covered[i] && len(item.Cover.Blockers) > 1 {
					found++
				}
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d rules were covered by several others", found)
	}
}

// Invariant: the blockers of a rule cover it, and none of them is dispensable.
func TestBlockersCoverAndAreNeeded(t *testing.T) {
	for seed := range uint64(12) {
		for _, f := range families {
			rules := newCluster(seed).rules(f, 80)
			for i, item := range (&Analyzer{}).List(asNodes(rules), ir.In, f) {
				if item.Cover.Covered == packet.Yes && !item.Cover.Empty {
					checkBlockers(t, f, rules, i, item.Cover)
				}
			}
		}
	}
}

func checkBlockers(t *testing.T, f ir.Family, rules []*ir.Rule, i int, cover Cover) {
	t.Helper()
	b := newBDD(f)
	rest := func(without int) int32 {
		left := b.match(&rules[i].Match)
		for _, k := range cover.Blockers {
			if k != without {
				left = b.apply('-', left, b.match(&rules[k].Match))
			}
		}
		return left
	}
	if rest(-1) != 0 {
		t.Errorf("%s rule %d: the blockers %v do not cover it", f, i, cover.Blockers)
	}
	for _, k := range cover.Blockers {
		if k >= i || rest(k) == 0 {
			t.Errorf("%s rule %d: blocker %d of %v is dispensable", f, i, k, cover.Blockers)
		}
	}
	opposed := slices.IndexFunc(cover.Blockers, func(k int) bool { return rules[k].Verdict.Kind != rules[i].Verdict.Kind })
	if cover.Opposed < 0 != (opposed < 0) || opposed >= 0 && cover.Opposed != cover.Blockers[opposed] {
		t.Errorf("%s rule %d: opposed %d of %v", f, i, cover.Opposed, cover.Blockers)
	}
}

// A list of any shape: what is covered is what packet.Universe.Decide gives no packet.
func TestCoverageEqualsDecide(t *testing.T) {
	for seed := range uint64(200) {
		for _, f := range families {
			nodes := newCluster(seed).anyNodes(f)
			u := packet.NewUniverse(f, packet.ListMatches(f, ir.In, nodes)...)
			hit := map[ir.Node]int{}
			u.Decide(nodes, ir.In, func(h packet.Hit) { hit[h.Node]++ })
			left := map[ir.Node]int{}
			for _, item := range (&Analyzer{}).List(nodes, ir.In, f) {
				if item.Cover.Covered != packet.Yes {
					left[item.Node]++
				}
			}
			for _, n := range nodes {
				if hit[n] != left[n] {
					t.Fatalf("seed %d %s: %T decides with %d rules, coverage leaves %d", seed, f, n, hit[n], left[n])
				}
			}
			if len(hit) != len(left) {
				t.Fatalf("seed %d %s: %d nodes decide, coverage leaves %d", seed, f, len(hit), len(left))
			}
		}
	}
}

// anyNodes mixes rules with built-ins, calls and tests of the mark.
func (c *cluster) anyNodes(f ir.Family) []ir.Node {
	rules := asNodes(c.rules(f, 4))
	body := &ir.Body{Nodes: rules, Build: [2]ir.Build{ir.Whole(4), ir.Whole(4 - c.IntN(3))}}
	group := &ir.Group{In: body, Out: body}
	var nodes []ir.Node
	for range 12 {
		switch c.IntN(8) {
		case 0:
			nodes = append(nodes, &ir.Call{Families: ir.Both, Group: group, Match: ir.Match{In: []string{"", "vmbr0", "vmbr1"}[c.IntN(3)]}})
		case 1:
			kinds := []ir.BuiltinKind{ir.Smurfs, ir.DropNoise, ir.BadTCPFlags, ir.ClearMark, ir.DHCP, ir.Established, ir.NDP, ir.MACFilter}
			nodes = append(nodes, &ir.Builtin{Kind: kinds[c.IntN(len(kinds))], Families: ir.Both, MAC: "a"})
		case 2:
			r := c.rule(f)
			r.Match = ir.Match{AcceptedBySender: true, In: []string{"", "vmbr0"}[c.IntN(2)]}
			nodes = append(nodes, r)
		case 3:
			r := c.rule(f)
			r.Match = ir.Match{In: []string{"vmbr0", "vmbr1"}[c.IntN(2)], State: r.Match.State}
			nodes = append(nodes, r)
		default:
			nodes = append(nodes, c.rule(f))
		}
	}
	return nodes
}

// Without enough work the answer is unknown, never another one.
func TestCoverageWithoutWorkIsNeverWrong(t *testing.T) {
	unknown := 0
	for seed := range uint64(16) {
		rules := newCluster(seed).rules(ir.V4, 60)
		_, covered := newBDD(ir.V4).covered(rules)
		for i, item := range (&Analyzer{Work: 50 + int(seed)*200}).List(asNodes(rules), ir.In, ir.V4) {
			switch item.Cover.Covered {
			case packet.Unknown:
				unknown++
			default:
				if (item.Cover.Covered == packet.Yes) != covered[i] {
					t.Fatalf("seed %d rule %d: %s", seed, i, item.Cover.Covered)
				}
			}
		}
	}
	if unknown == 0 {
		t.Error("the work always sufficed, so this test tests nothing")
	}
}

// The same rules of another guest are recognised, whatever they come from.
func TestEqualListsAreAnalysedOnce(t *testing.T) {
	a := &Analyzer{}
	first := a.List(asNodes(newCluster(1).rules(ir.V4, 50)), ir.In, ir.V4)
	second := a.List(asNodes(newCluster(1).rules(ir.V4, 50)), ir.In, ir.V4)
	other := newCluster(1).rules(ir.V4, 50)
	other[49].Match.State ^= ir.New
	a.List(asNodes(other), ir.In, ir.V4)
	if len(a.known) != 2 {
		t.Errorf("%d analyses for two different lists", len(a.known))
	}
	for i := range first {
		if !slices.Equal(first[i].Cover.Blockers, second[i].Cover.Blockers) || first[i].Rule == second[i].Rule {
			t.Fatalf("item %d differs or is another list's", i)
		}
	}
}
