package nft

import (
	"bytes"
	"cmp"
	"slices"
)

// Delta is what turns one program into another, table by table. It shares chains and
// sets with both.
type Delta struct {
	Tables []TableDelta // empty: nothing changes
	After  *Program     // what will be in force, with the names that it will have in the kernel
}

// TableDelta is what changes of a table.
type TableDelta struct {
	Family         Family
	Name           string
	Create, Remove bool          // the table as a whole; what is in it stands below as well
	Chains         []ChainDelta  // in the order of the wanted table, then those that go
	Sets           []SetDelta    // likewise
	Helpers        []HelperDelta // likewise
	Again          []ChainDelta  // chains that stay as they are, but need other bodies; see bind
	Before, After  *Table        // the table as a whole; nil where it is not there
}

// ChainDelta is a chain that comes, changes or goes; nil is not there. Of a chain in
// force whose rules were not read Before has none.
type ChainDelta struct{ Before, After *Chain }

// HelperDelta is a helper object that comes, changes or goes.
type HelperDelta struct{ Before, After *Helper }

// SetDelta is a named set that comes, changes or goes. Of one that is there before and
// after, elements are added and removed, in the order of their keys, or it must be made
// anew because its type changes.
type SetDelta struct {
	Before, After  *Set
	Added, Removed []Element
	Remake         bool
}

// Elements are those that come into a set and those that go, also with a set that comes or
// goes itself or is made anew. What a dynamic set holds, packets put there: it never counts.
func (d *SetDelta) Elements() (added, removed []Element) {
	switch {
	case d.Before == nil:
		return d.After.own(), nil
	case d.After == nil:
		return nil, d.Before.own()
	case d.Remake:
		return d.After.own(), d.Before.own()
	}
	return d.Added, d.Removed
}

// own are the elements that a program has put there, in the order of their keys.
func (s *Set) own() []Element {
	if s.Dynamic {
		return nil
	}
	return inOrder(s.Elements)
}

// Empty reports whether nothing changes.
func (d *Delta) Empty() bool { return len(d.Tables) == 0 }

// Diff compares what packets meet: hooks, rules, elements, helpers. Places in files do
// not count, nor the order in which sets and chains stand, nor what dynamic sets hold.
// Chains whose rules were not read are compared by their hashes.
func Diff(before, after *Program) *Delta {
	d := &Delta{After: &Program{}}
	for _, t := range after.Tables {
		table := diffTable(before.same(t), t)
		if table.empty() {
			d.After.Tables = append(d.After.Tables, table.Before)
			continue
		}
		table.bind()
		d.Tables, d.After.Tables = append(d.Tables, table), append(d.After.Tables, table.After)
	}
	for _, t := range before.Tables {
		if after.same(t) == nil {
			d.Tables = append(d.Tables, diffTable(t, nil))
		}
	}
	return d
}

// same is the table of the same family and name.
func (p *Program) same(t *Table) *Table {
	if of := p.Table(t.Name); of != nil && of.Family == t.Family {
		return of
	}
	return nil
}

func (d *TableDelta) empty() bool {
	return !d.Create && !d.Remove && len(d.Chains)+len(d.Sets)+len(d.Helpers) == 0
}

func diffTable(before, after *Table) TableDelta {
	d := TableDelta{Create: before == nil, Remove: after == nil, Before: before, After: after}
	a, b := orEmpty(before), orEmpty(after)
	d.Family, d.Name = b.Family, b.Name
	if after == nil {
		d.Family, d.Name = a.Family, a.Name
	}
	pair(a.Chains, b.Chains, func(c *Chain) string { return c.Name }, func(x, y *Chain) {
		if x == nil || y == nil || !x.same(y) {
			d.Chains = append(d.Chains, ChainDelta{x, y})
		}
	})
	pair(a.Sets, b.Sets, func(s *Set) string { return s.Name }, func(x, y *Set) {
		if s := diffSet(x, y); s.Remake || x == nil || y == nil || len(s.Added)+len(s.Removed) > 0 {
			d.Sets = append(d.Sets, s)
		}
	})
	pair(a.Helpers, b.Helpers, func(h *Helper) string { return h.Name }, func(x, y *Helper) {
		if x == nil || y == nil || x.Type != y.Type || x.Proto != y.Proto || x.L3 != y.L3 {
			d.Helpers = append(d.Helpers, HelperDelta{x, y})
		}
	})
	return d
}

func orEmpty(t *Table) *Table {
	if t == nil {
		return &Table{}
	}
	return t
}

// pair shows what has the same name on both sides: the wanted ones in order, then those
// that only were.
func pair[T any](before, after []*T, name func(*T) string, visit func(before, after *T)) {
	old := make(map[string]*T, len(before))
	for _, x := range before {
		old[name(x)] = x
	}
	for _, y := range after {
		visit(old[name(y)], y)
		delete(old, name(y))
	}
	for _, x := range before {
		if old[name(x)] != nil {
			visit(x, nil)
		}
	}
}

// same reports whether packets meet the same.
func (c *Chain) same(d *Chain) bool {
	if c.Altered || d.Altered || c.Hash != d.Hash || (c.Hook == nil) != (d.Hook == nil) || c.Hook != nil && *c.Hook != *d.Hook {
		return false
	}
	if c.Hash != "" && (c.Rules == nil || d.Rules == nil) {
		return true
	}
	var a, b []byte
	return slices.EqualFunc(c.Rules, d.Rules, func(r, s *Rule) bool {
		a, b = appendStmts(a[:0], r.Stmts), appendStmts(b[:0], s.Stmts)
		return bytes.Equal(a, b)
	})
}

func diffSet(before, after *Set) SetDelta {
	d := SetDelta{Before: before, After: after}
	if before == nil || after == nil {
		return d
	}
	d.Remake = !slices.EqualFunc(before.Key, after.Key, func(f, g Field) bool { return f.Spec().Type == g.Spec().Type }) ||
		before.Verdicts != after.Verdicts || before.Interval != after.Interval || before.Dynamic != after.Dynamic ||
		before.Timeout != after.Timeout || before.Size != after.Size
	if d.Remake || before.Dynamic {
		return d
	}
	a, b := inOrder(before.Elements), inOrder(after.Elements)
	for len(a) > 0 || len(b) > 0 {
		switch c := compareFirst(a, b); {
		case c < 0:
			d.Removed, a = append(d.Removed, a[0]), a[1:]
		case c > 0:
			d.Added, b = append(d.Added, b[0]), b[1:]
		default:
			if a[0].Verdict != b[0].Verdict {
				d.Removed, d.Added = append(d.Removed, a[0]), append(d.Added, b[0])
			}
			a, b = a[1:], b[1:]
		}
	}
	return d
}

// compareFirst compares the first elements; where there is none, the other comes first.
func compareFirst(a, b []Element) int {
	if len(a) == 0 || len(b) == 0 {
		return cmp.Compare(len(b), len(a))
	}
	return CompareElements(a[0], b[0])
}

func inOrder(list []Element) []Element {
	if slices.IsSortedFunc(list, CompareElements) {
		return list
	}
	return slices.SortedFunc(slices.Values(list), CompareElements)
}

// CompareElements orders elements of one set by their keys.
func CompareElements(a, b Element) int {
	for i := range min(len(a.Key), len(b.Key)) {
		for _, pair := range [2][2]Value{{a.Key[i].First, b.Key[i].First}, {a.Key[i].Last, b.Key[i].Last}} {
			switch {
			case pair[0].Less(pair[1]):
				return -1
			case pair[1].Less(pair[0]):
				return 1
			}
		}
	}
	return 0
}
