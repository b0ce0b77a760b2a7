package analysis

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// compareCovers fails where a list gets other answers when it is taken for wide.
func compareCovers(t *testing.T, seed uint64, nodes []ir.Node, f ir.Family) (covered, redundant int) {
	t.Helper()
	usual := (&Analyzer{}).List(nodes, ir.In, f)
	for i, item := range (&Analyzer{allWide: true}).List(nodes, ir.In, f) {
		x, y := usual[i].Cover, item.Cover
		if x.Empty != y.Empty || x.Covered != y.Covered || x.Redundant != y.Redundant || x.Opposed < 0 != (y.Opposed < 0) ||
			len(x.Heirs) == 0 != (len(y.Heirs) == 0) || !slices.Equal(x.Undercut, y.Undercut) {
			t.Fatalf("list %d %s item %d: %+v, as a wide list %+v", seed, f, i, x, y)
		}
		if x.Covered == packet.Yes {
			covered++
		}
		if x.Redundant == packet.Yes {
			redundant++
		}
	}
	return covered, redundant
}

func TestWideListsAreJudgedAsOthers(t *testing.T) {
	covered, redundant := 0, 0
	for seed := range uint64(150) {
		d := tiny{rand.New(rand.NewPCG(seed, 3))}
		c, r := compareCovers(t, seed, d.list(), ir.V4)
		covered, redundant = covered+c, redundant+r
		for _, f := range families {
			compareCovers(t, seed, newCluster(seed).anyNodes(f), f)
		}
	}
	for seed := range uint64(8) {
		compareCovers(t, seed, asNodes(newCluster(seed).rules(ir.V6, 90)), ir.V6)
	}
	if covered < 100 || redundant < 50 {
		t.Errorf("%d covered, %d redundant", covered, redundant)
	}
}

// Also in a list of very many addresses a rule is known to be alive, and one that
// stands there twice to be dead.
func TestListsOfVeryManyAddresses(t *testing.T) {
	const n = 20000
	host := func(i int, kind ir.VerdictKind) *ir.Rule {
		a := netip.AddrFrom4([4]byte{10, byte(i >> 14), byte(i >> 6), byte(i << 2)})
		return &ir.Rule{Families: ir.Both, Verdict: ir.Verdict{Kind: kind},
			Match: ir.Match{Source: &ir.Addr{Prefixes: []netip.Prefix{netip.PrefixFrom(a, 32)}}}}
	}
	var rules []*ir.Rule
	for i := range n {
		rules = append(rules, host(i, ir.Accept))
	}
	last := &ir.Rule{Families: ir.Both, Verdict: ir.Verdict{Kind: ir.Drop}}
	items := (&Analyzer{}).List(asNodes(append(rules, host(77, ir.Drop), last)), ir.In, ir.V4)
	for i := range n {
		if items[i].Cover.Covered != packet.No {
			t.Fatalf("item %d: %+v", i, items[i].Cover)
		}
	}
	if again := items[n].Cover; again.Covered != packet.Yes || again.Opposed != 77 {
		t.Errorf("a DROP behind an ACCEPT of the same address: %+v", again)
	}
	if items[n+1].Cover.Covered != packet.No {
		t.Errorf("the last rule: %+v", items[n+1].Cover)
	}
}

// Rules that all meet each other take bounded work and are not judged.
func TestHugeListsAreUnknown(t *testing.T) {
	var rules []*ir.Rule
	for i := range 30000 {
		a := netip.AddrFrom4([4]byte{10, byte(i >> 14), byte(i >> 6), byte(i << 2)})
		addr := &ir.Addr{Prefixes: []netip.Prefix{netip.PrefixFrom(a, 32)}}
		m := ir.Match{Source: addr}
		if i%2 == 1 {
			m = ir.Match{Dest: addr}
		}
		rules = append(rules, &ir.Rule{Families: ir.Both, Match: m})
	}
	items := (&Analyzer{Work: 1 << 22}).List(asNodes(rules), ir.In, ir.V4)
	if len(items) != len(rules) || items[29999].Cover.Covered != packet.Unknown {
		t.Errorf("%d items, the last %+v", len(items), items[len(items)-1].Cover)
	}
}
