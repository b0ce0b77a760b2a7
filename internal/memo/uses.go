package memo

import (
	"strings"

	"github.com/pvefw/pvefw/compiler/nft"
)

// named are the chains and named sets to which a rule leads, as names of parts.
func named(r *nft.Rule) []string {
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
			list = withSet(list, s.Map)
			if s.Map.Name != "" {
				continue
			}
			for i := range s.Map.Elements {
				list = withChain(list, s.Map.Elements[i].Verdict.Chain)
			}
		}
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
	chains map[string]*nft.Chain // those that belong to nobody, by part
	number map[string]int        // places of parts in Memo.Shared
	known  map[string][]int      // all that a chain leads to, by part
}

// of are the places of all parts that packets of a guest meet and that others meet too.
func (u *usage) of(vmid int) []int {
	t := u.guests[vmid]
	if t == nil {
		return nil
	}
	met := make([]bool, len(u.number))
	for _, c := range t.Chains {
		for _, r := range c.Rules {
			for _, part := range named(r) {
				u.meet(met, part)
			}
		}
	}
	for _, s := range t.Sets {
		if !byPort(s) {
			continue
		}
		u.meet(met, setPart(s.Name))
		for i := range s.Elements {
			u.meet(met, chainPart(s.Elements[i].Verdict.Chain))
		}
	}
	return places(met)
}

// meet adds a part and what it leads to.
func (u *usage) meet(met []bool, part string) {
	for _, n := range u.behind(part) {
		met[n] = true
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
	met := make([]bool, len(u.number))
	met[n] = true
	if c := u.chains[part]; c != nil {
		for _, r := range c.Rules {
			for _, next := range named(r) {
				u.meet(met, next)
			}
		}
	}
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
