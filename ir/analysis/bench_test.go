package analysis

import (
	"slices"
	"testing"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// The rules of a guest, 50 of them: what coverage costs, beside a plain BDD.
func BenchmarkCoverage50(b *testing.B) {
	for _, f := range families {
		lists := make([][]ir.Node, 64)
		rules := make([][]*ir.Rule, 64)
		cluster := newCluster(1)
		for i := range lists {
			rules[i] = cluster.rules(f, 50)
			lists[i] = asNodes(rules[i])
		}
		b.Run("atoms/"+f.String(), func(b *testing.B) {
			b.ReportAllocs()
			a := &Analyzer{} // knows the shared sets, but no list twice
			for i := range b.N {
				clear(a.known)
				a.List(lists[i%len(lists)], ir.In, f)
			}
		})
		b.Run("bdd/"+f.String(), func(b *testing.B) {
			for i := range b.N {
				newBDD(f).covered(rules[i%len(rules)])
			}
		})
	}
}

// Guests with the same rules.
func BenchmarkCoverageSeenBefore(b *testing.B) {
	list := asNodes(newCluster(1).rules(ir.V4, 50))
	a := &Analyzer{}
	b.ReportAllocs()
	for range b.N {
		a.List(list, ir.In, ir.V4)
	}
}

// Lists of the size at which a dimension needs more than a word.
func BenchmarkCoverage500(b *testing.B) {
	list := asNodes(newCluster(1).rules(ir.V4, 500))
	b.ReportAllocs()
	for range b.N {
		(&Analyzer{}).List(list, ir.In, ir.V4)
	}
}

// Lists of 50 rules of which one is changed: starting from the changed rule, and
// beside it deciding both lists from the universe.
func BenchmarkDiffOneRule(b *testing.B) {
	for _, f := range families {
		var before, after [][]ir.Node
		cluster := newCluster(1)
		for i := range 64 {
			list := asNodes(cluster.rules(f, 50))
			list = append(list, &ir.Rule{Families: ir.Both, Verdict: ir.Verdict{Kind: ir.Drop}})
			changed := slices.Clone(list)
			changed[(i*7)%50] = cluster.rule(f)
			before, after = append(before, list), append(after, changed)
		}
		b.Run("diff/"+f.String(), func(b *testing.B) {
			b.ReportAllocs()
			d := &Differ{}
			for i := range b.N {
				found := d.Lists(before[i%64], after[i%64], ir.In, f)
				for k := range found.Changes {
					found.Changes[k].Witness()
				}
			}
		})
		b.Run("universe/"+f.String(), func(b *testing.B) {
			for i := range b.N {
				nodes := append(slices.Clone(before[i%64]), after[i%64]...)
				u := packet.NewUniverse(f, packet.ListMatches(f, ir.In, nodes)...)
				x, y := u.Decide(before[i%64], ir.In, nil), u.Decide(after[i%64], ir.In, nil)
				x.Accept.Minus(y.Accept)
				y.Accept.Minus(x.Accept)
			}
		})
	}
}
