package netlink

import (
	"cmp"
	"maps"
	"slices"

	"github.com/pvefw/pvefw/compiler/nft"
)

// Image is what the kernel holds of pvefw's tables.
type Image struct {
	Program    *nft.Program
	Generation uint32    // of the kernel's ruleset as a whole, when it was read
	Strange    []Strange // what pvefw did not make; it is missing from Program
	Changed    []ChainID // chains whose content is not what their hash says

	// Unread are the chains of which only name and hash are known. A chain is taken at
	// its hash then, and so is the way into it.
	Unread map[ChainID]bool
}

// Strange is something in pvefw's tables that no program says.
type Strange struct {
	ChainID
	Handle uint64 // of the rule, zero for a chain, a set or an object
	Reason string
}

// ChainID names a chain.
type ChainID struct{ Table, Chain string }

// Hashes are the contents of chains as the names of their bodies tell: enough to see
// which chains differ between a program and a kernel, as long as nobody else writes there. They say
// nothing about elements of named sets.
type Hashes map[ChainID]string

// Equal reports whether the same chains have the same contents.
func (h Hashes) Equal(other Hashes) bool { return maps.Equal(h, other) }

// HashesOf are the hashes that a kernel has when the program is in force.
func HashesOf(p *nft.Program) Hashes {
	h := Hashes{}
	for _, t := range p.Tables {
		for _, c := range t.Chains {
			h[ChainID{t.Name, c.Name}] = c.Hash
		}
	}
	return h
}

// Normal returns a copy of a program without what a kernel does not keep: places in
// files, except those in comments, and the order of elements, which is that of their
// keys, which field a named set is for beyond the type, and for which family a TCP
// reset is. Programs are alike in the kernel exactly if their normal forms are equal.
func Normal(p *nft.Program) *nft.Program {
	out := &nft.Program{}
	for _, t := range p.Tables {
		n := normal{sets: map[*nft.Set]*nft.Set{}, helpers: map[*nft.Helper]*nft.Helper{}}
		out.Tables = append(out.Tables, n.table(t))
	}
	return out
}

// normal is a table being copied.
type normal struct {
	sets    map[*nft.Set]*nft.Set
	helpers map[*nft.Helper]*nft.Helper
}

func (n *normal) table(t *nft.Table) *nft.Table {
	out := &nft.Table{Family: t.Family, Name: t.Name}
	for _, s := range t.Sets {
		out.Sets = append(out.Sets, n.set(s))
	}
	for _, h := range t.Helpers {
		out.Helpers = append(out.Helpers, n.helper(h))
	}
	for _, c := range t.Chains {
		chain := &nft.Chain{Name: c.Name, Hook: c.Hook, Hash: c.Hash, Altered: c.Altered}
		for _, r := range c.Rules {
			rule := &nft.Rule{ID: r.ID, Comment: r.Comment}
			for _, s := range r.Stmts {
				rule.Stmts = append(rule.Stmts, n.stmt(s))
			}
			chain.Rules = append(chain.Rules, rule)
		}
		out.Chains = append(out.Chains, chain)
	}
	slices.SortFunc(out.Helpers, func(a, b *nft.Helper) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func (n *normal) stmt(s nft.Stmt) nft.Stmt {
	switch s := s.(type) {
	case *nft.Lookup:
		return &nft.Lookup{Fields: s.Fields, Not: s.Not, Set: n.set(s.Set)}
	case *nft.Dispatch:
		return &nft.Dispatch{Fields: s.Fields, Map: n.set(s.Map)}
	case *nft.Reject:
		return &nft.Reject{TCPReset: s.TCPReset, V6: s.V6 && !s.TCPReset, Code: s.Code}
	case *nft.SetHelper:
		return &nft.SetHelper{Helper: n.helper(s.Helper)}
	case *nft.Overrun:
		return &nft.Overrun{Set: n.set(s.Set), Field: s.Field, Mask: s.Mask, Limit: s.Limit}
	}
	return s
}

// fieldOfType is the first field of each type. The kernel keeps types of keys, not
// which fields are looked up.
var fieldOfType = nft.FieldsByType()

func (n *normal) helper(h *nft.Helper) *nft.Helper {
	if n.helpers[h] == nil {
		n.helpers[h] = &nft.Helper{Name: h.Name, Type: h.Type, Proto: h.Proto, L3: h.L3}
	}
	return n.helpers[h]
}

func (n *normal) set(s *nft.Set) *nft.Set {
	if n.sets[s] != nil {
		return n.sets[s]
	}
	out := &nft.Set{Name: s.Name, Key: s.Key, Verdicts: s.Verdicts, Interval: s.Interval, Dynamic: s.Dynamic, Timeout: s.Timeout, Size: s.Size}
	if s.Name != "" {
		out.Key = nil
		for _, f := range s.Key {
			out.Key = append(out.Key, fieldOfType[f.Spec().Type])
		}
	}
	if !s.Dynamic {
		for _, x := range s.Elements {
			out.Elements = append(out.Elements, nft.Element{Key: x.Key, Verdict: x.Verdict})
		}
		slices.SortFunc(out.Elements, nft.CompareElements)
	}
	n.sets[s] = out
	return out
}
