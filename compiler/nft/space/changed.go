package space

import (
	"cmp"
	"slices"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// changed finds out at little cost which chains surely do the same in two programs: by
// their hashes, and what they lead to. Most of two programs is the same and needs nothing
// else.
type changed struct {
	sides  [2]*reading
	chains map[Place]bool
	sets   map[Place]bool
	hooks  map[hookAt]*hookChange
}

type hookAt struct {
	family nft.Family
	point  nft.HookPoint
}

// hookChange is what changed at a hook for all packets there, and the maps by port that
// may have changed for some.
type hookChange struct {
	all bool
	by  []*nft.Dispatch
}

func newChanged(before, after *reading) *changed {
	return &changed{sides: [2]*reading{before, after}, chains: map[Place]bool{}, sets: map[Place]bool{}, hooks: map[hookAt]*hookChange{}}
}

// way reports whether packets meet something that changed, behind the lead.
func (c *changed) way(w *way, f ir.Family) bool {
	return slices.ContainsFunc(w.stops[w.lead:], func(s stop) bool { return c.stop(&place{s, f}) })
}

func (c *changed) stop(p *place) bool {
	at := hookAt{p.family, p.point}
	if c.hooks[at] == nil {
		c.hooks[at] = c.hook(at)
	}
	h := c.hooks[at]
	return h.all || slices.ContainsFunc(h.by, func(s *nft.Dispatch) bool { return c.byPort(p, s) })
}

// hook compares the base chains of a hook.
func (c *changed) hook(at hookAt) *hookChange {
	before, after := c.sides[0].tables[at.family].bases[at.point], c.sides[1].tables[at.family].bases[at.point]
	h := &hookChange{all: !slices.EqualFunc(before, after, alike)}
	for _, base := range after {
		rules, read := c.sides[1].rules(c.sides[1].tables[at.family], base)
		h.all = h.all || !read
		for _, r := range rules {
			for _, s := range r.Stmts {
				if d, ok := s.(*nft.Dispatch); ok && d.Map.Name != "" && at.family == nft.Bridge && d.Fields[0].Spec().Name {
					h.by = append(h.by, d)
					continue
				}
				h.all = h.all || c.stmt(at.family, s)
			}
		}
	}
	return h
}

// alike reports whether two chains have the same content, without reading it.
func alike(a, b *nft.Chain) bool { return a.Name == b.Name && a.Hash != "" && a.Hash == b.Hash }

// byPort compares where a map sends the packets of a place.
func (c *changed) byPort(p *place, s *nft.Dispatch) bool {
	var lists [2][]nft.Element
	for i, r := range c.sides {
		for _, e := range r.reachable(r.tables[p.family], p, s) {
			if p.holds(s.Fields, e.Key) != packet.No {
				lists[i] = append(lists[i], e)
			}
		}
	}
	if !sameElements(lists[0], lists[1]) {
		return true
	}
	return slices.ContainsFunc(lists[1], func(e nft.Element) bool { return c.chain(p.family, e.Verdict.Chain) })
}

// chain reports whether a chain, or what it leads to, changed.
func (c *changed) chain(f nft.Family, name string) bool {
	at := Place{tableName(f), name}
	if known, ok := c.chains[at]; ok {
		return known
	}
	c.chains[at] = false // a chain that leads back to itself
	c.chains[at] = c.content(f, c.sides[0].tables[f].chains[name], c.sides[1].tables[f].chains[name])
	return c.chains[at]
}

func (c *changed) content(f nft.Family, a, b *nft.Chain) bool {
	if a == nil || b == nil {
		return a != b
	}
	rules, read := c.sides[1].rules(c.sides[1].tables[f], b)
	if !read || !alike(a, b) {
		return true
	}
	for _, r := range rules {
		if slices.ContainsFunc(r.Stmts, func(s nft.Stmt) bool { return c.stmt(f, s) }) {
			return true
		}
	}
	return false
}

// stmt reports whether something changed to which a statement of both programs leads.
func (c *changed) stmt(f nft.Family, s nft.Stmt) bool {
	switch s := s.(type) {
	case *nft.Verdict:
		return s.Chain != "" && c.chain(f, s.Chain)
	case *nft.Lookup:
		return c.set(f, s.Set)
	case *nft.Overrun:
		return c.set(f, s.Set)
	case *nft.Dispatch:
		leads := func(e nft.Element) bool { return e.Verdict.Chain != "" && c.chain(f, e.Verdict.Chain) }
		return c.set(f, s.Map) || slices.ContainsFunc(c.sides[1].tables[f].set(s.Map).Elements, leads)
	}
	return false
}

// set compares a named set; an anonymous one is part of its rule.
func (c *changed) set(f nft.Family, s *nft.Set) bool {
	if s.Name == "" {
		return false
	}
	at := Place{tableName(f), s.Name}
	known, ok := c.sets[at]
	if !ok {
		a, b := c.sides[0].tables[f].sets[s.Name], c.sides[1].tables[f].sets[s.Name]
		known = a == nil || b == nil || a.Dynamic != b.Dynamic || a.Timeout != b.Timeout || !a.Dynamic && !sameElements(a.Elements, b.Elements)
		c.sets[at] = known
	}
	return known
}

// sameElements compares lists in whatever order they are.
func sameElements(a, b []nft.Element) bool {
	same := func(x, y nft.Element) bool { return x.Verdict == y.Verdict && slices.Equal(x.Key, y.Key) }
	return len(a) == len(b) && (slices.EqualFunc(a, b, same) ||
		slices.EqualFunc(slices.SortedFunc(slices.Values(a), byKey), slices.SortedFunc(slices.Values(b), byKey), same))
}

func byKey(a, b nft.Element) int {
	return slices.CompareFunc(a.Key, b.Key, func(x, y nft.Span) int {
		return cmp.Or(cmp.Compare(x.First.Name, y.First.Name), cmp.Compare(x.First.Hi, y.First.Hi), cmp.Compare(x.First.Lo, y.First.Lo),
			cmp.Compare(x.Last.Hi, y.Last.Hi), cmp.Compare(x.Last.Lo, y.Last.Lo))
	})
}

// beyond are the changed chains that no packet met.
func (c *comparing) beyond() []Place {
	var out []Place
	for f := nft.Inet; f <= nft.Bridge; f++ {
		before, after := c.sides[0].tables[f].chains, c.sides[1].tables[f].chains
		for name, a := range before {
			if b := after[name]; b == nil || !alike(a, b) {
				out = append(out, Place{tableName(f), name})
			}
		}
		for name := range after {
			if before[name] == nil {
				out = append(out, Place{tableName(f), name})
			}
		}
	}
	out = slices.DeleteFunc(out, func(p Place) bool { return c.met[p] })
	slices.SortFunc(out, func(a, b Place) int { return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Chain, b.Chain)) })
	return out
}
