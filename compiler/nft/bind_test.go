package nft

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// somePrograms are programs of few policies, from which others are made by small changes.
func somePrograms(t *testing.T) []*Program {
	t.Helper()
	out := []*Program{{}}
	for seed := range uint64(6) {
		for _, p := range build(t, "seed", random(rand.New(rand.NewPCG(17, seed))).policy) {
			out = append(out, p)
		}
	}
	return out
}

// varied is a program with some sets and chains that are others.
func varied(t *rapid.T, p *Program) *Program {
	out := &Program{}
	chains := rapid.Bool().Draw(t, "chains")
	for _, of := range p.Tables {
		c := *of
		c.Sets, c.Chains = slices.Clone(of.Sets), slices.Clone(of.Chains)
		for i, s := range c.Sets {
			c.Sets[i] = variedSet(t, s)
		}
		for i, chain := range c.Chains {
			if chains {
				c.Chains[i] = variedChain(t, chain)
			}
		}
		out.Tables = append(out.Tables, &c)
	}
	return out
}

func variedSet(t *rapid.T, s *Set) *Set {
	c := *s
	switch rapid.IntRange(0, 19).Draw(t, "set") {
	case 0:
		if len(c.Elements) > 0 {
			c.Elements = c.Elements[1:]
		}
	case 1:
		n := rapid.Uint64Range(1, 9).Draw(t, "value")
		x := Element{Key: []Span{{First: Value{Lo: n}, Last: Value{Lo: n}}}}
		if !s.Verdicts && !s.Dynamic && len(s.Key) == 1 && (len(c.Elements) == 0 || CompareElements(x, c.Elements[0]) < 0) {
			c.Elements = slices.Insert(slices.Clone(c.Elements), 0, x)
		}
	case 2:
		if s.Dynamic {
			c.Timeout++
		}
	case 3:
		c.Interval = c.Interval != (rapid.IntRange(0, 3).Draw(t, "type") == 0 && !s.Dynamic && !s.Verdicts)
	}
	return &c
}

func variedChain(t *rapid.T, c *Chain) *Chain {
	of := *c
	switch rapid.IntRange(0, 39).Draw(t, "chain") {
	case 0:
		of.Rules = append(slices.Clone(of.Rules), &Rule{Stmts: []Stmt{&Verdict{Kind: Drop}}})
		of.Hash = of.Restate()
	case 1:
		if of.Hook != nil {
			of.Hook = &Hook{Point: Output, Priority: 77}
			of.Hash = of.Restate()
		}
	}
	return &of
}

// Invariant: what is made anew has names that nothing has, so that both can be in force; a
// body that stays says what it said; no set changes in place where a chain that changes
// looks into it; and what will be in force is the wanted program, and nothing else.
func TestChangesAreBound(t *testing.T) {
	programs := somePrograms(t)
	anew, places := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		now, usual := &Program{}, rapid.SampledFrom(programs).Draw(t, "usual")
		for range 5 {
			wanted := varied(t, usual)
			if rapid.IntRange(0, 9).Draw(t, "another") == 0 {
				wanted = rapid.SampledFrom(programs).Draw(t, "program")
			}
			d := Diff(now, wanted)
			for i := range d.Tables {
				a, p := judge(t, &d.Tables[i])
				anew, places = anew+a, places+p
			}
			if rest := Diff(d.After, wanted); !rest.Empty() {
				t.Fatalf("something is left: %+v", rest.Tables[0])
			}
			if rest := Diff(asRead(t, d.After), wanted); !rest.Empty() {
				t.Fatalf("something is left of what is read: %+v", rest.Tables[0])
			}
			if now = asRead(t, d.After); rapid.IntRange(0, 3).Draw(t, "meddle") == 0 {
				meddle(t, now)
				Diff(wanted, now) // as status asks, whatever there is
			}
		}
	})
	t.Logf("%d sets are made anew, %d change in place", anew, places)
	if anew == 0 || places == 0 {
		t.Errorf("%d sets are made anew, %d change in place", anew, places)
	}
}

// meddle alters chains by hand and leaves things behind, as one does who is stopped in the
// middle of a change.
func meddle(t *rapid.T, p *Program) {
	for _, of := range p.Tables {
		for i, c := range of.Chains {
			switch rapid.IntRange(0, 40).Draw(t, "meddle") {
			case 0:
				c.Altered = true
			case 1:
				left := c.marked("89abcdef")
				of.Chains = append(of.Chains, &Chain{Name: left.Body()})
			case 2:
				of.Chains[i] = c.marked("01234567")
			case 3:
				c.Hash, c.Rules = "", append(slices.Clone(c.Rules), &Rule{Stmts: []Stmt{&Verdict{Kind: Accept}}})
			}
		}
		for _, s := range of.Sets {
			if rapid.IntRange(0, 40).Draw(t, "meddle") == 0 {
				of.Sets = append(of.Sets, &Set{Name: s.Name + "/unused", Key: s.Key, KernelName: s.Name + "/89abcdef"})
			}
		}
	}
}

// judge looks at the names that a change gives, and counts the sets that it makes anew
// and those that change in place.
func judge(t *rapid.T, d *TableDelta) (anew, places int) {
	if d.Before == nil || d.After == nil {
		return 0, 0
	}
	taken, changes, inPlace := d.Before.taken(), map[string]bool{}, map[string]bool{}
	fresh := func(name string) {
		if taken[name] {
			t.Fatalf("%s is there already", name)
		}
		taken[name] = true
	}
	for _, x := range slices.Concat(d.Chains, d.Again) {
		if x.After != nil {
			fresh(x.After.Body())
			changes[x.After.Name] = true
		} else {
			changes[x.Before.Name] = true
		}
	}
	for _, s := range d.Sets {
		switch {
		case s.After == nil:
		case s.Before == nil:
			fresh(s.After.InKernel())
		case s.Before.InKernel() == s.After.InKernel():
			inPlace[s.After.Name] = true
			places++
		default:
			fresh(s.After.InKernel())
			anew++
		}
	}
	for _, c := range slices.Concat(d.Before.Chains, d.After.Chains) {
		stays := !changes[c.Name]
		if old := d.Before.Chain(c.Name); stays && old != nil && (old.Body() != c.Body() || inKernel(d.Before, old) != inKernel(d.After, c)) {
			t.Fatalf("%s stays and is another one:\n%s\n%s", c.Name, inKernel(d.Before, old), inKernel(d.After, c))
		}
		comesOrGoes := c.Hook == nil && (d.Before.Chain(c.Name) == nil || d.After.Chain(c.Name) == nil)
		c.uses(func(s *Set, _ *Helper) bool {
			if s != nil && !stays && !comesOrGoes && inPlace[s.Name] {
				t.Fatalf("%s changes in place, and %s changes", s.Name, c.Name)
			}
			return false
		})
	}
	return anew, places
}

// inKernel are the names in the kernel that a chain's rules say.
func inKernel(t *Table, c *Chain) string {
	var names []string
	c.uses(func(s *Set, _ *Helper) bool {
		for _, of := range t.Sets {
			if s != nil && of.Name == s.Name {
				names = append(names, of.InKernel())
			}
		}
		return false
	})
	return strings.Join(names, " ")
}

// asRead is a program as it is read from a kernel: with the names that it has there, which
// Adopt turns into those of programs.
func asRead(t *rapid.T, p *Program) *Program {
	out := &Program{}
	for _, of := range p.Tables {
		c := *of
		c.Sets, c.Chains = nil, nil
		read := map[string]*Set{}
		for _, s := range of.Sets {
			made := *s
			made.Name, made.KernelName = s.InKernel(), ""
			c.Sets, read[s.Name] = append(c.Sets, &made), &made
		}
		for _, chain := range of.Chains {
			made := *chain
			c.Chains = append(c.Chains, &made)
		}
		if c.Ambiguous() {
			t.Fatal("two sets are in force for one name")
		}
		c.Adopt()
		for _, s := range of.Sets {
			if got := read[s.Name]; got.Name != s.Name || got.InKernel() != s.InKernel() {
				t.Fatalf("%s in the kernel is read as %s", s.InKernel(), got.Name)
			}
		}
		out.Tables = append(out.Tables, &c)
	}
	return out
}

// Of two sets for one name the one is in force that packets get to, whichever it is and
// whatever was made ready.
func TestAdoptTakesWhatPacketsGetTo(t *testing.T) {
	for used := range 2 {
		sets := []*Set{{Name: "s", Key: []Field{IPSource}}, {Name: "s/89abcdef", Key: []Field{IPSource}}}
		looks := func(i int) *Rule { return &Rule{Stmts: []Stmt{&Lookup{Fields: sets[i].Key, Set: sets[i]}}} }
		table := &Table{Sets: sets, Chains: []*Chain{
			{Name: "input", Hook: &Hook{Point: Input}, Rules: []*Rule{{Stmts: []Stmt{&Verdict{Kind: Jump, Chain: "c"}}}}},
			{Name: "c", Rules: []*Rule{looks(used)}},
			{Name: "comes", Rules: []*Rule{looks(1 - used), looks(1 - used)}},
			{Name: "c/0123456789abcdef", Rules: []*Rule{looks(1 - used)}},
		}}
		kernel := []string{sets[0].Name, sets[1].Name}
		if !table.Ambiguous() {
			t.Error("nobody knows that there are two")
		}
		table.Adopt()
		for i, s := range sets {
			if (s.Name == "s") != (i == used) || s.InKernel() != kernel[i] {
				t.Errorf("%s is read as %s", kernel[i], s.Name)
			}
		}
	}
}

// Ways that go on and on are no reason to follow them.
func TestWaysEnd(t *testing.T) {
	of := func(n uint64) *Program {
		m := &Set{Name: "m", Key: []Field{Mark}, Verdicts: true, Elements: []Element{{Key: []Span{single(n)}, Verdict: Verdict{Kind: Goto, Chain: "0"}}}}
		table := &Table{Name: HostTable, Sets: []*Set{m}, Chains: []*Chain{{Name: "input", Hook: &Hook{Point: Input}, Rules: []*Rule{{Stmts: []Stmt{&Dispatch{Fields: m.Key, Map: m}}}}}}}
		for i := range 1 << 12 {
			table.Chains = append(table.Chains, &Chain{Name: strconv.Itoa(i), Rules: []*Rule{{Stmts: []Stmt{&Verdict{Kind: Goto, Chain: strconv.Itoa((i + 1) % (1 << 12))}}}}})
		}
		return &Program{Tables: []*Table{table}}
	}
	before := of(1)
	if d := Diff(before, of(2)); len(d.Tables) != 1 || d.Tables[0].Sets[0].After.KernelName == "" {
		t.Error("nobody knows what such ways meet, and the map changes in place")
	}
	if n := len(before.Tables[0].reached()); n != 1<<12+1 {
		t.Errorf("%d chains are reached", n)
	}
}
