package packet

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/ir"
)

// anySets draws sets of one family; sometimes each has a universe of its own.
func anySets(t *rapid.T, f ir.Family, n int) []Set {
	var sets []Set
	shared := rapid.Bool().Draw(t, "shared")
	for range n {
		matches := []ir.Match{anyMatch(t), anyMatch(t), anyMatch(t)}
		u := NewUniverse(f, &matches[0], &matches[1], &matches[2])
		if shared && len(sets) > 0 {
			u = sets[0].universe
		}
		sets = append(sets, u.Match(&matches[0]).Union(u.Match(&matches[1])).Minus(u.Match(&matches[2])))
	}
	return sets
}

// same fails unless the sets are equal, by Equal and by difference.
func same(t *rapid.T, law string, a, b Set) {
	if a.Equal(b) != Yes || a.Minus(b).Empty() != Yes || b.Minus(a).Empty() != Yes {
		t.Fatalf("%s: equal %s, left over %s and %s", law, a.Equal(b), a.Minus(b).Empty(), b.Minus(a).Empty())
	}
}

func TestSetLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom([]ir.Family{ir.V4, ir.V6}).Draw(t, "family")
		s := anySets(t, f, 3)
		a, b, c := s[0], s[1], s[2]
		same(t, "union commutes", a.Union(b), b.Union(a))
		same(t, "intersection commutes", a.Intersect(b), b.Intersect(a))
		same(t, "union associates", a.Union(b).Union(c), a.Union(b.Union(c)))
		same(t, "distribution", a.Intersect(b.Union(c)), a.Intersect(b).Union(a.Intersect(c)))
		same(t, "De Morgan", a.Union(b).Complement(), a.Complement().Intersect(b.Complement()))
		same(t, "difference", a.Minus(b), a.Intersect(b.Complement()))
		same(t, "both parts", a.Minus(b).Union(a.Intersect(b)), a)
		same(t, "twice", a.Complement().Complement(), a)
		same(t, "itself", a, a)
		if a.Union(b).Covers(a) != Yes || a.Covers(a.Intersect(b)) != Yes {
			t.Fatal("a union does not cover its parts")
		}
		if a.Meets(b) != yes(a.Intersect(b).Empty() == No) || a.Minus(b).Meets(b) != No {
			t.Fatal("meeting is not what the intersection says")
		}
	})
}

// Set operations are the logic of Evaluator.Matches.
func TestOperationsEqualTheLogicOfMatches(t *testing.T) {
	e := NewEvaluator(&ir.Policy{})
	rapid.Check(t, func(t *rapid.T) {
		p := anyPacket(t)
		m, n := anyMatch(t), anyMatch(t)
		u := NewUniverse(p.Family, &m)
		a, b := u.Match(&m), u.Match(&n)
		inA, inB := e.Matches(&m, p), e.Matches(&n, p)
		for name, c := range map[string]struct {
			set  Set
			want bool
		}{
			"a": {a, inA}, "b": {b, inB}, "union": {a.Union(b), inA || inB}, "intersection": {a.Intersect(b), inA && inB},
			"difference": {a.Minus(b), inA && !inB}, "complement": {a.Complement(), !inA},
		} {
			if got := c.set.Contains(p); got != yes(c.want) {
				t.Fatalf("%s: %s for %+v", name, got, p)
			}
		}
	})
}

// Invariant: boxes are disjoint, sum up to the set, and a sample is in the set.
func TestBoxesAreDisjointAndWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom([]ir.Family{ir.V4, ir.V6}).Draw(t, "family")
		s := anySets(t, f, 1)[0]
		p, ok := s.Sample()
		if ok != (s.Empty() == No) || ok && s.Contains(p) != Yes {
			t.Fatalf("sample %+v, empty %s", p, s.Empty())
		}
		boxes, whole := s.Boxes(1 << 20)
		if !whole {
			t.Fatal("not all boxes")
		}
		sum := s.universe.None()
		for _, b := range boxes {
			if sum.Meets(b.Set()) != No || b.Set().Empty() != No || b.String() == "" {
				t.Fatalf("%s meets another box or is empty", b)
			}
			sum = sum.Union(b.Set())
		}
		same(t, "the sum of boxes", sum, s)
		if some, whole := s.Boxes(1); len(boxes) > 2 && (whole || len(some) > 2) {
			t.Fatalf("%d of %d boxes, all of them: %v", len(some), len(boxes), whole)
		}
	})
}

// Bounds stay bounds: whatever lies between the operands, the result lies between
// the results.
func TestInexactSetsAreNeverWrong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySets(t, ir.V4, 4)
		a, other := s[0], s[1]
		inexact := Between(a.Intersect(s[2]), a.Union(s[3]))
		for name, pair := range map[string][2]Set{
			"union": {inexact.Union(other), a.Union(other)}, "intersection": {inexact.Intersect(other), a.Intersect(other)},
			"difference": {inexact.Minus(other), a.Minus(other)}, "from": {other.Minus(inexact), other.Minus(a)},
			"complement": {inexact.Complement(), a.Complement()},
		} {
			if pair[0].Upper().Covers(pair[1]) != Yes || pair[1].Covers(pair[0].Lower()) != Yes {
				t.Fatalf("%s is not between its bounds", name)
			}
			if got := pair[0].Empty(); got != Unknown && got != pair[1].Empty() {
				t.Fatalf("%s: empty %s, but it is %s", name, got, pair[1].Empty())
			}
			if got := pair[0].Equal(other); got != Unknown && got != pair[1].Equal(other) {
				t.Fatalf("%s: equal %s, but it is %s", name, got, pair[1].Equal(other))
			}
			if got := pair[0].Covers(other); got != Unknown && got != pair[1].Covers(other) {
				t.Fatalf("%s: covers %s, but it is %s", name, got, pair[1].Covers(other))
			}
		}
	})
}

func TestFamiliesDoNotMix(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("sets of two families were mixed")
		}
	}()
	NewUniverse(ir.V4).All().Union(NewUniverse(ir.V6).All())
}

// Every address of a few nested prefixes' neighbourhood, against the index that
// the interpreter uses.
func TestSetSpansEqualTheIndex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &ir.Set{}
		for range rapid.IntRange(0, 12).Draw(t, "entries") {
			low := rapid.SampledFrom([]byte{0, 248}).Draw(t, "high") + rapid.Uint8Range(0, 7).Draw(t, "low")
			addr := netip.AddrFrom4([4]byte{255, 255, 255, low})
			if rapid.Bool().Draw(t, "zero") {
				addr = netip.AddrFrom4([4]byte{0, 0, 0, low})
			}
			prefix := netip.PrefixFrom(addr, rapid.IntRange(24, 32).Draw(t, "bits")).Masked()
			if maybe(t, "everything", 9) {
				prefix = netip.MustParsePrefix("0.0.0.0/0")
			}
			s.Entries = append(s.Entries, ir.SetEntry{Prefix: prefix, NoMatch: rapid.Bool().Draw(t, "nomatch")})
		}
		list, index := setSpans(s, ir.V4), indexSet(s)
		for i, x := range list {
			if x.last.less(x.first) || i > 0 && !list[i-1].last.next().less(x.first) {
				t.Fatalf("%v is no list of spans", list)
			}
		}
		for i := range 512 {
			addr := netip.AddrFrom4([4]byte{byte(-(i >> 8)), byte(-(i >> 8)), byte(-(i >> 8)), byte(i)})
			if list.holds(pointOf(addr)) != index.contains(addr) {
				t.Fatalf("%s: %v", addr, list.holds(pointOf(addr)))
			}
		}
	})
}
