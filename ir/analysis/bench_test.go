package analysis

import (
	"testing"

	"github.com/pvefw/pvefw/ir"
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
