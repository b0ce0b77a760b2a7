package memo

import (
	"maps"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/compiler/nft"
)

// ledBy are the parts to which the rules of a chain lead.
func ledBy(c *nft.Chain) []string {
	var list []string
	for _, r := range c.Rules {
		list = append(list, ledByRule(r)...)
	}
	return list
}

func ledByRule(r *nft.Rule) []string {
	var list []string
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *nft.Verdict:
			list = withChain(list, s.Chain)
		case *nft.Lookup:
			list = withSet(list, s.Set)
		case *nft.Overrun:
			list = withSet(list, s.Set)
		case *nft.Dispatch:
			if list = withSet(list, s.Map); s.Map.Name == "" {
				list = append(list, ledByElements(s.Map)...)
			}
		}
	}
	return list
}

func ledByElements(s *nft.Set) []string {
	var list []string
	for i := range s.Elements {
		list = withChain(list, s.Elements[i].Verdict.Chain)
	}
	return list
}

func withChain(list []string, name string) []string {
	if name == "" {
		return list
	}
	return append(list, chainPart(name))
}

func withSet(list []string, s *nft.Set) []string {
	if s.Name == "" {
		return list
	}
	return append(list, setPart(s.Name))
}

// ownerOf is the guest to whom a part belongs.
func ownerOf(part string) (vmid int, ok bool) {
	kind, name, _ := strings.Cut(part, " ")
	if kind == "set" {
		return ownerOfSet(name)
	}
	return ownerOfChain(name)
}

// usage finds what guests have in common.
type usage struct {
	*Survey
	names  []string         // of shared parts, sorted
	number map[string]int   // their places
	known  map[string][]int // all that a part leads to
}

func newUsage(s *Survey) *usage {
	u := &usage{Survey: s, names: slices.Sorted(maps.Keys(s.shared)), number: map[string]int{}, known: map[string][]int{}}
	for i, name := range u.names {
		u.number[name] = i
	}
	return u
}

// of are the places of all parts that packets of a guest meet and that others meet too.
func (u *usage) of(vmid int) []int {
	t := u.guests[vmid]
	if t == nil {
		return nil
	}
	met := make([]bool, len(u.names))
	for _, c := range t.Chains {
		u.meet(met, ledBy(c))
	}
	for _, s := range t.Sets {
		if byPort(s) {
			u.meet(met, []string{setPart(s.Name)})
			u.meet(met, ledByElements(s))
		}
	}
	return places(met)
}

// ofAll are the parts that the base chains lead to, whomever packets belong to.
func (u *usage) ofAll() map[string]bool {
	met := make([]bool, len(u.names))
	for _, c := range u.table.Chains {
		if c.Hook != nil {
			u.meet(met, u.leads[chainPart(c.Name)])
		}
	}
	names := map[string]bool{}
	for _, n := range places(met) {
		names[u.names[n]] = true
	}
	return names
}

// meet adds parts and what they lead to.
func (u *usage) meet(met []bool, parts []string) {
	for _, part := range parts {
		for _, n := range u.behind(part) {
			met[n] = true
		}
	}
}

// behind are a part and all parts that it leads to; none for what belongs to a guest.
func (u *usage) behind(part string) []int {
	if list, known := u.known[part]; known {
		return list
	}
	n, shared := u.number[part]
	if !shared {
		return nil
	}
	u.known[part] = nil // a chain that leads back to itself
	met := make([]bool, len(u.names))
	met[n] = true
	u.meet(met, u.leads[part])
	u.known[part] = places(met)
	return u.known[part]
}

func places(met []bool) []int {
	var list []int
	for n, is := range met {
		if is {
			list = append(list, n)
		}
	}
	return list
}
