package nft

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// patched is a program with a delta applied to it, table by table.
func patched(p *Program, d *Delta) *Program {
	out := &Program{}
	for _, t := range p.Tables {
		c := *t
		c.Chains, c.Sets, c.Helpers = slices.Clone(t.Chains), slices.Clone(t.Sets), slices.Clone(t.Helpers)
		out.Tables = append(out.Tables, &c)
	}
	for _, x := range d.Tables {
		if x.Create {
			out.Tables = append(out.Tables, &Table{Family: x.Family, Name: x.Name})
		}
		t := out.Table(x.Name)
		for _, c := range x.Chains {
			t.Chains = swap(t.Chains, c.Before, c.After)
		}
		for _, s := range x.Sets {
			t.Sets = swap(t.Sets, s.Before, updated(s))
		}
		for _, h := range x.Helpers {
			t.Helpers = swap(t.Helpers, h.Before, h.After)
		}
		if x.Remove {
			out.Tables = slices.DeleteFunc(out.Tables, func(of *Table) bool { return of.Name == x.Name })
		}
	}
	return out
}

func swap[T any](list []*T, before, after *T) []*T {
	list = slices.DeleteFunc(list, func(x *T) bool { return x == before })
	if after != nil {
		list = append(list, after)
	}
	return list
}

// updated is the set that comes of the elements of a delta, not the wanted one itself.
func updated(d SetDelta) *Set {
	if d.Before == nil || d.After == nil || d.Remake {
		return d.After
	}
	s := *d.Before
	s.Elements = nil
	for _, x := range d.Before.Elements {
		if !slices.ContainsFunc(d.Removed, func(gone Element) bool { return CompareElements(gone, x) == 0 }) {
			s.Elements = append(s.Elements, x)
		}
	}
	s.Elements = append(s.Elements, d.Added...)
	return &s
}

func TestElementsComeAndGoWithTheirSets(t *testing.T) {
	full := &Set{Name: "s", Key: []Field{DestPort}, Elements: []Element{{Key: []Span{{Value{Lo: 2}, Value{Lo: 2}}}}, {Key: []Span{{Value{Lo: 1}, Value{Lo: 1}}}}}}
	meter := &Set{Name: "m", Key: []Field{DestPort}, Dynamic: true, Elements: full.Elements}
	for _, c := range []struct {
		name        string
		d           SetDelta
		added, gone int
	}{
		{"comes", SetDelta{After: full}, 2, 0}, {"goes", SetDelta{Before: full}, 0, 2},
		{"is made anew", SetDelta{Before: full, After: full, Remake: true}, 2, 2},
		{"stays", SetDelta{Before: full, After: full, Added: full.Elements[:1]}, 1, 0},
		{"of packets", SetDelta{Before: meter}, 0, 0},
	} {
		added, gone := c.d.Elements()
		if len(added) != c.added || len(gone) != c.gone || !slices.IsSortedFunc(added, CompareElements) && c.name != "stays" {
			t.Errorf("a set that %s: %v come, %v go", c.name, added, gone)
		}
	}
}

// Invariant: what Diff says, done to the one program, gives the other.
func TestDiffLeadsFromOneProgramToTheOther(t *testing.T) {
	var programs []*Program
	for seed := range uint64(40) {
		for _, p := range build(t, "seed", random(rand.New(rand.NewPCG(11, seed))).policy) {
			programs = append(programs, p)
		}
	}
	programs = append(programs, &Program{})
	r, changes := rand.New(rand.NewPCG(5, 6)), 0
	for range 300 {
		a, b := programs[r.IntN(len(programs))], programs[r.IntN(len(programs))]
		if d := Diff(a, a); !d.Empty() {
			t.Fatalf("a program differs from itself: %+v", d.Tables[0])
		}
		d := Diff(a, b)
		for _, x := range d.Tables {
			changes += len(x.Chains) + len(x.Sets)
		}
		if rest := Diff(patched(a, d), b); !rest.Empty() {
			t.Fatalf("something is left: %+v", rest.Tables[0])
		}
	}
	if changes < 1000 {
		t.Errorf("only %d changes", changes)
	}
}

// A chain whose rules were not read is compared by its hash, an altered one never equal.
func TestDiffBelievesHashes(t *testing.T) {
	p := build(t, "one", random(rand.New(rand.NewPCG(1, 1))).policy)["folded"]
	chain := func(change func(c *Chain)) *Program {
		table := *p.Tables[0]
		table.Chains = slices.Clone(table.Chains)
		c := *table.Chains[0]
		change(&c)
		table.Chains[0] = &c
		return &Program{Tables: append([]*Table{&table}, p.Tables[1:]...)}
	}
	for _, test := range []struct {
		what   string
		change func(c *Chain)
		equal  bool
	}{
		{"not read", func(c *Chain) { c.Rules = nil }, true},
		{"not read, another hash", func(c *Chain) { c.Rules, c.Hash = nil, "0000000000000000" }, false},
		{"read, and empty", func(c *Chain) { c.Rules = []*Rule{} }, false},
		{"altered", func(c *Chain) { c.Altered = true }, false},
		{"without a body", func(c *Chain) { c.Hash = "" }, false},
		{"in another hook", func(c *Chain) { c.Hook = &Hook{Point: Output, Priority: 77} }, false},
	} {
		if d := Diff(chain(test.change), p); d.Empty() != test.equal {
			t.Errorf("%s: %+v", test.what, d.Tables)
		}
	}
}

// Names of bodies are told from all others.
func TestBodyOf(t *testing.T) {
	for _, mark := range []string{"", "89abcdef"} {
		c := Chain{Name: "tap100i0-in-4", Hash: "0123456789abcdef", Mark: mark}
		if of, ok := BodyOf(c.Body()); of.Name != c.Name || of.Hash != c.Hash || of.Mark != mark || !ok {
			t.Errorf("%s is %+v %v", c.Body(), of, ok)
		}
	}
	for _, name := range []string{
		"tap100i0-in-4", "a/b", "a/0123456789ABCDEF", "a/b/0123456789abcdef", "a/0123456789abcdef0", "", "a/0123456789abcdef/", "a/0123456789abcdef/0",
		"a/0123456789abcdef/89abcdef/89abcdef", "a/89abcdef",
	} {
		if _, ok := BodyOf(name); ok {
			t.Errorf("%q is taken for a body", name)
		}
	}
}
