package space

import (
	"slices"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir/packet"
)

// This file finds the packets that a change can concern: those that a rule matches which
// only one of two programs has at its place. All others meet the same rules in both, and
// have the same fate.

// affected are the packets on a way that a change can concern.
func (d *difference) affected(asked [2]*asking) packet.Set {
	w := asked[0].way
	if w.lead > 0 && d.remarks() || !d.sameBases(w) || asked[0].unread || asked[1].unread {
		return d.universe.All()
	}
	all := d.universe.None()
	for side, a := range asked {
		for _, at := range a.order {
			moves := a.made[at]
			if at.stop < w.lead || len(moves) == 0 || !d.ruleChanged(a, side, at) {
				continue
			}
			all = all.Union(moves[0].matched(d.universe).Upper())
		}
	}
	return all
}

// matched is the packets that pass the tests of a move, whatever their marks.
func (m *move) matched(u *packet.Universe) packet.Set {
	s := u.All()
	for _, t := range m.tests {
		s = s.Intersect(t.packets(u))
	}
	return s
}

// sameBases reports whether the same base chains hang at all hooks of a way.
func (d *difference) sameBases(w *way) bool {
	for _, s := range w.stops[w.lead:] {
		before, after := d.sides[0].tables[s.family].bases[s.point], d.sides[1].tables[s.family].bases[s.point]
		if len(before) != len(after) {
			return false
		}
		for i, a := range before {
			if a.Name != after[i].Name || *a.Hook != *after[i].Hook {
				return false
			}
		}
	}
	return true
}

// ruleChanged reports whether a rule is not in the other program, or looks into something
// that is another there.
func (d *difference) ruleChanged(a *asking, side int, at ruleAt) bool {
	p := &place{a.way.stops[at.stop], a.ip}
	if d.differ(Part{Table: tableName(p.family), Chain: at.chain})[side][at.rule] {
		return true
	}
	for _, s := range at.rule.Stmts {
		switch s := s.(type) {
		case *nft.Verdict:
			if d.onOneSide(p.family, s.Chain) {
				return true
			}
		case *nft.Dispatch:
			if !d.sameForks(p, s) {
				return true
			}
		case *nft.Lookup, *nft.Overrun:
			if d.set(p.family, setIn(s)) {
				return true
			}
		}
	}
	return false
}

// sameForks reports whether a map sends the packets of a place to the same chains.
func (c *changed) sameForks(p *place, s *nft.Dispatch) bool {
	lists := c.forksAt(p, s)
	return sameElements(lists[0], lists[1]) &&
		!slices.ContainsFunc(lists[0], func(e nft.Element) bool { return c.onOneSide(p.family, e.Verdict.Chain) })
}

// onOneSide reports whether only one program has a chain.
func (c *changed) onOneSide(f nft.Family, name string) bool {
	return (c.sides[0].tables[f].chains[name] == nil) != (c.sides[1].tables[f].chains[name] == nil)
}

// differ are the rules of a chain that only one program has, or has at another place:
// those between what both begin and end with. Rules whose text nobody wrote differ.
func (c *changed) differ(at Part) [2]map[*nft.Rule]bool {
	if known, ok := c.rules[at]; ok {
		return known
	}
	var lists [2][]*nft.Rule
	f := familyOf(at.Table)
	for i, r := range c.sides {
		if chain := r.tables[f].chains[at.Chain]; chain != nil {
			lists[i], _ = r.rules(r.tables[f], chain)
		}
	}
	a, b := lists[0], lists[1]
	for len(a) > 0 && len(b) > 0 && sameText(a[0], b[0]) {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && sameText(a[len(a)-1], b[len(b)-1]) {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	out := [2]map[*nft.Rule]bool{{}, {}}
	for i, rest := range [2][]*nft.Rule{a, b} {
		for _, r := range rest {
			out[i][r] = true
		}
	}
	c.rules[at] = out
	return out
}

func sameText(a, b *nft.Rule) bool { return a == b || a.Text() != "" && a.Text() == b.Text() }

func familyOf(table string) nft.Family {
	if table == nft.GuestTable {
		return nft.Bridge
	}
	return nft.Inet
}
