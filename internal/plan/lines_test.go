package plan

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/compiler/nft"
)

// rulesOf are rules that differ in a port.
func rulesOf(ports []uint16) []*nft.Rule {
	c := &nft.Chain{Name: "c"}
	for _, p := range ports {
		c.Rules = append(c.Rules, &nft.Rule{Stmts: []nft.Stmt{&nft.Compare{Field: nft.DestPort, Value: nft.Value{Lo: uint64(p)}}, &nft.Verdict{}}})
	}
	c.Restate()
	return c.Rules
}

// What is shown as removed and added leads from the old rules to the new ones, whatever
// stays is left out, and what does not fit is counted.
func TestLinesLeadFromOldToNew(t *testing.T) {
	ports := rapid.SliceOfN(rapid.Uint16Range(1, 6), 0, 40)
	rapid.Check(t, func(t *rapid.T) {
		old, new := rulesOf(ports.Draw(t, "old")), rulesOf(ports.Draw(t, "new"))
		whole := lines{limit: 1 << 20}
		whole.between(old, new)
		list, added, removed := whole.done()
		if len(new)-len(old) != added-removed || whole.more != 0 {
			t.Fatalf("+%d -%d of %d to %d", added, removed, len(old), len(new))
		}
		if !follows(list, texts(old), Removed) || !follows(list, texts(new), Added) {
			t.Fatalf("%v does not lead from %v to %v", list, texts(old), texts(new))
		}
		small := lines{limit: 5}
		small.between(old, new)
		part, a, r := small.done()
		changed := func(l Line) bool { return l.Op == Added || l.Op == Removed }
		shown := 0
		for _, l := range part {
			if changed(l) {
				shown++
			}
		}
		if a != added || r != removed || shown+small.more != added+removed {
			t.Fatalf("%d shown and %d more of +%d -%d", shown, small.more, added, removed)
		}
	})
}

// follows reports whether the lines of one side come in its order, with nothing but gaps
// between.
func follows(list []Line, side []string, own string) bool {
	for _, l := range list {
		if l.Op != own && l.Op != Stays {
			continue
		}
		at := slices.Index(side, l.Text)
		if at < 0 {
			return false
		}
		side = side[at+1:]
	}
	return true
}

// The digest of a program does not depend on the order of what has none.
func TestDigestKnowsNoOrder(t *testing.T) {
	set := func(values ...uint64) *nft.Program {
		s := &nft.Set{Name: "s", Key: []nft.Field{nft.IPSource}}
		for _, v := range values {
			s.Elements = append(s.Elements, nft.Element{Key: []nft.Span{{First: nft.Value{Lo: v}, Last: nft.Value{Lo: v}}}})
		}
		return &nft.Program{Tables: []*nft.Table{{Name: nft.HostTable, Sets: []*nft.Set{s}}}}
	}
	if Digest(set(1, 2)) != Digest(set(2, 1)) {
		t.Error("the order of elements counts")
	}
	if Digest(set(1, 2)) == Digest(set(1, 3)) || Digest(set()) == Digest(&nft.Program{}) {
		t.Error("different programs have one digest")
	}
}
