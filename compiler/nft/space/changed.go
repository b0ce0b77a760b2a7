package space

import (
	"cmp"
	"maps"
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
	rules  map[Part][2]map[*nft.Rule]bool

	marking packet.Answer // see remarks
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
	return &changed{sides: [2]*reading{before, after}, chains: map[Place]bool{}, sets: map[Place]bool{}, hooks: map[hookAt]*hookChange{},
		rules: map[Part][2]map[*nft.Rule]bool{}}
}

// way reports whether packets meet something that changed, behind the lead or by a mark
// from there.
func (c *changed) way(w *way, f ir.Family) bool {
	return w.lead > 0 && c.remarks() || slices.ContainsFunc(w.stops[w.lead:], func(s stop) bool { return c.stop(&place{s, f}) })
}

func (c *changed) stop(p *place) bool {
	h := c.at(hookAt{p.family, p.point})
	return h.all || slices.ContainsFunc(h.by, func(s *nft.Dispatch) bool { return c.byPort(p, s) })
}

func (c *changed) at(at hookAt) *hookChange {
	if c.hooks[at] == nil {
		c.hooks[at] = c.hook(at)
	}
	return c.hooks[at]
}

// suspects are the names of ports and bridges for which maps at the hooks of bridges lead
// elsewhere, or to something that changed; all of them where a hook itself changed.
func (c *changed) suspects() (names map[string]bool, all bool) {
	names, all = map[string]bool{}, c.remarks()
	for point := nft.Prerouting; point <= nft.Postrouting; point++ {
		h := c.at(hookAt{nft.Bridge, point})
		all = all || h.all
		for _, d := range h.by {
			c.led(d.Map, names)
		}
	}
	return names, all
}

// remarks reports whether a chain of the node changed that changes the marks of packets,
// which are asked for on bridges.
func (c *changed) remarks() bool {
	if c.marking == packet.Unknown {
		before, after := c.sides[0].tables[nft.Inet].chains, c.sides[1].tables[nft.Inet].chains
		c.marking = yes(c.remarked(before, after) || c.remarked(after, before))
	}
	return c.marking == packet.Yes
}

func (c *changed) remarked(these, others map[string]*nft.Chain) bool {
	for name, a := range these {
		if b := others[name]; (b == nil || !alike(a, b)) && slices.ContainsFunc(a.Rules, setsMark) {
			return true
		}
	}
	return false
}

// led adds the names for which a map leads to something else.
func (c *changed) led(s *nft.Set, names map[string]bool) {
	before, after := c.sides[0].tables[nft.Bridge], c.sides[1].tables[nft.Bridge]
	if c.set(nft.Bridge, s) {
		was, is := before.index(before.set(s)), after.index(after.set(s))
		for name := range was {
			names[name] = names[name] || !samePlaces(was[name], is[name])
		}
		for name := range is {
			names[name] = names[name] || len(was[name]) == 0
		}
	}
	elements := after.set(s).Elements
	for i := range elements {
		if e := &elements[i]; c.chain(nft.Bridge, e.Verdict.Chain) {
			names[e.Key[0].First.Name] = true
		}
	}
}

func samePlaces(a, b []*nft.Element) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(x *nft.Element) bool {
		return !slices.ContainsFunc(b, func(y *nft.Element) bool { return sameElement(*x, *y) })
	})
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
	lists := c.forksAt(p, s)
	return !sameElements(lists[0], lists[1]) ||
		slices.ContainsFunc(lists[1], func(e nft.Element) bool { return c.chain(p.family, e.Verdict.Chain) })
}

// forksAt are the elements of a map that may hold at a place, of both programs.
func (c *changed) forksAt(p *place, s *nft.Dispatch) [2][]nft.Element {
	var lists [2][]nft.Element
	for i, r := range c.sides {
		for _, e := range r.reachable(r.tables[p.family], p, s) {
			if p.holds(s.Fields, e.Key) != packet.No {
				lists[i] = append(lists[i], e)
			}
		}
	}
	return lists
}

// chain reports whether a chain, or what it leads to, changed.
func (c *changed) chain(f nft.Family, name string) bool {
	if name == "" {
		return false
	}
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
		return c.chain(f, s.Chain)
	case *nft.Lookup:
		return c.set(f, s.Set)
	case *nft.Overrun:
		return c.set(f, s.Set)
	case *nft.Dispatch:
		leads := func(e nft.Element) bool { return c.chain(f, e.Verdict.Chain) }
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
	return len(a) == len(b) && (slices.EqualFunc(a, b, sameElement) ||
		slices.EqualFunc(slices.SortedFunc(slices.Values(a), byKey), slices.SortedFunc(slices.Values(b), byKey), sameElement))
}

func sameElement(x, y nft.Element) bool {
	return x.Verdict == y.Verdict && slices.Equal(x.Key, y.Key)
}

func byKey(a, b nft.Element) int {
	return slices.CompareFunc(a.Key, b.Key, func(x, y nft.Span) int {
		return cmp.Or(cmp.Compare(x.First.Name, y.First.Name), cmp.Compare(x.First.Hi, y.First.Hi), cmp.Compare(x.First.Lo, y.First.Lo),
			cmp.Compare(x.Last.Hi, y.Last.Hi), cmp.Compare(x.Last.Lo, y.Last.Lo))
	})
}

// beyond are the changed chains and sets that no packet met.
func (c *comparing) beyond() []Part {
	changed := map[Part]bool{}
	for f := nft.Inet; f <= nft.Bridge; f++ {
		before, after := c.sides[0].tables[f], c.sides[1].tables[f]
		for name, a := range before.chains {
			if b := after.chains[name]; b == nil || !alike(a, b) {
				changed[Part{Table: tableName(f), Chain: name}] = true
			}
		}
		for name := range after.chains {
			if before.chains[name] == nil {
				changed[Part{Table: tableName(f), Chain: name}] = true
			}
		}
		for _, names := range [2]map[string]*nft.Set{before.sets, after.sets} {
			for name, s := range names {
				if c.set(f, s) {
					changed[Part{Table: tableName(f), Set: name}] = true
				}
			}
		}
	}
	maps.DeleteFunc(changed, func(p Part, _ bool) bool { return c.met[p] })
	return slices.SortedFunc(maps.Keys(changed), func(a, b Part) int {
		return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Chain, b.Chain), cmp.Compare(a.Set, b.Set))
	})
}
