package nft

import (
	"cmp"
	"slices"
	"strings"
)

// Adopt gives the sets and helpers of a table that was read, which are called as in the
// kernel, the names of a program. Of several for one name, which are there when somebody
// was stopped in the middle of a change, it is the one that packets get to; the others are
// told apart by names that no program has. All rules must have been read then: see
// Ambiguous.
func (t *Table) Adopt() {
	uses := map[any]int{}
	for _, c := range t.reached() {
		c.uses(func(s *Set, h *Helper) bool {
			uses[s]++
			uses[h]++
			return false
		})
	}
	adopt(t.Sets, uses)
	adopt(t.Helpers, uses)
}

// reached are the chains that packets get to, as far as rules were read.
func (t *Table) reached() []*Chain {
	chains := make(map[string]*Chain, len(t.Chains))
	var out []*Chain
	for _, c := range t.Chains {
		if c.Hook != nil {
			out = append(out, c)
		} else {
			chains[c.Name] = c
		}
	}
	reach := func(v *Verdict) {
		if c := chains[v.Chain]; c != nil {
			out = append(out, c)
			delete(chains, v.Chain)
		}
	}
	for i := 0; i < len(out); i++ {
		for _, r := range out[i].Rules {
			for _, s := range r.Stmts {
				switch s := s.(type) {
				case *Verdict:
					reach(s)
				case *Dispatch:
					for k := range s.Map.Elements {
						reach(&s.Map.Elements[k].Verdict)
					}
				}
			}
		}
	}
	return out
}

// Ambiguous reports whether sets or helpers of a table that was read are for one name of
// a program.
func (t *Table) Ambiguous() bool { return ambiguous(t.Sets) || ambiguous(t.Helpers) }

func ambiguous[T renamed[T]](list []T) bool {
	seen := make(map[string]bool, len(list))
	for _, x := range list {
		name := logicalOf(x.logical())
		if seen[name] {
			return true
		}
		seen[name] = true
	}
	return false
}

// logicalOf is the name in a program of something that has this name in the kernel.
func logicalOf(name string) string {
	if of, mark, _ := strings.Cut(name, "/"); of != "" && hasDigits(mark, markDigits) {
		return of
	}
	return name
}

// adopt calls things as a program does, the most used ones first.
func adopt[T renamed[T]](list []T, uses map[any]int) {
	taken := map[string]bool{}
	for _, x := range slices.SortedStableFunc(slices.Values(list), func(a, b T) int {
		return cmp.Or(cmp.Compare(uses[b], uses[a]), cmp.Compare(a.logical(), b.logical()))
	}) {
		name := x.logical()
		called := logicalOf(name)
		if taken[called] {
			called = name
		}
		if taken[called] {
			called = name + "/unused"
		}
		taken[called] = true
		x.call(called, name)
	}
}
