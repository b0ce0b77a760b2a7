package analysis

import (
	"slices"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// This file looks at what comes behind a rule. It goes from the last rule to the
// first and leaves out what it found to be redundant, so that all of it can be
// deleted together.

// redundancy judges all items.
func (c *covering) redundancy() {
	gone := make([]bool, len(c.items))
	for i := len(c.items) - 1; i >= 0; i-- {
		cover := &c.covers[i]
		cover.Redundant = packet.No
		if c.items[i].fixed() || c.items[i].logs() || cover.Covered == packet.Yes {
			continue
		}
		cover.Redundant = c.restAgrees(i, gone)
		if cover.Redundant == packet.Yes {
			gone[i] = true
			cover.Heirs = c.heirs(i, gone)
		}
	}
}

// restAgrees tells whether the rest of the list does to the packets of item i what
// it does.
func (c *covering) restAgrees(i int, gone []bool) packet.Answer {
	for _, p := range c.regionsOf[i] {
		if answer := c.partAgrees(i, p, gone); answer != packet.Yes {
			return answer
		}
	}
	return packet.Yes
}

// partAgrees asks, for each later item with another outcome, whether everything
// it has in common with p is taken before it comes to it.
func (c *covering) partAgrees(i int, p packet.Product, gone []bool) packet.Answer {
	c.gatherEarlier(i, p)
	for k := i + 1; k < len(c.items); k++ {
		differs := !alike(c.items[i], c.items[k])
		// A covered item of the same outcome is likely to be deleted as well.
		if gone[k] || !differs && c.deletable(k) {
			continue
		}
		if c.search.Work -= 4 + len(p)/8; c.search.Work < 0 {
			return packet.Unknown
		}
		before := len(c.products)
		for _, q := range c.regionsOf[k] {
			if !c.universe.Meets(p, q) {
				continue
			}
			if differs {
				if answer := c.search.Covered(c.universe, c.universe.Meet(p, q), c.products[:before]); answer != packet.Yes {
					return answer
				}
			}
			c.products = append(c.products, q)
			if !differs && p.Within(q) {
				return packet.Yes
			}
		}
	}
	return c.search.Covered(c.universe, p, c.products)
}

// deletable reports whether an item is a covered rule that somebody wrote.
func (c *covering) deletable(k int) bool {
	return c.covers[k].Covered == packet.Yes && !c.items[k].fixed()
}

// gatherEarlier sets products to what the items before i take of p.
func (c *covering) gatherEarlier(i int, p packet.Product) {
	c.products = c.products[:0]
	for _, s := range c.taken {
		if s.item >= i {
			break
		}
		if c.universe.Meets(p, s.product) {
			c.products = append(c.products, s.product)
		}
	}
}

// alike reports whether two items do the same to a packet.
func alike(a, b *step) bool {
	return a.verdict.Kind == b.verdict.Kind && a.logs() == b.logs() && sameQueue(a.verdict.Queue, b.verdict.Queue)
}

func sameQueue(a, b *ir.Queue) bool { return a == b || a != nil && b != nil && *a == *b }

// heirs names few of the later items that take over what item i took.
func (c *covering) heirs(i int, gone []bool) []int {
	var items []int
	for _, p := range c.regionsOf[i] {
		c.gatherEarlier(i, p)
		earlier := slices.Clone(c.products)
		c.candidates = c.candidates[:0]
		for k := i + 1; k < len(c.items); k++ {
			if gone[k] || c.deletable(k) || !alike(c.items[i], c.items[k]) {
				continue
			}
			for _, q := range c.regionsOf[k] {
				if c.universe.Meets(p, q) {
					c.candidates = append(c.candidates, share{product: q, item: k})
				}
			}
		}
		for _, item := range c.few(p, earlier) {
			if !slices.Contains(items, item) {
				items = append(items, item)
			}
		}
	}
	return items
}

// mostUndercut is how many accepting rules are named beside one that blocks.
const mostUndercut = 4

// boundBlock reports whether the step is a rule that blocks certain sources.
func (s *step) boundBlock() bool {
	return s.own() && s.verdict.Kind != ir.Accept && s.rule.Match.Source != nil
}

// undercut finds the earlier rules that accept some of the packets of a rule,
// which blocks certain sources, because they accept from every source.
func (c *covering) undercut(s *step, regions []packet.Product) []int {
	var items []int
	for _, t := range c.taken {
		e := c.items[t.item]
		if e == s || !e.own() || e.verdict.Kind != ir.Accept || e.rule.Match.Source != nil || slices.Contains(items, t.item) {
			continue
		}
		for _, p := range regions {
			if len(items) < mostUndercut && c.universe.Meets(p, t.product) && c.reaches(p, t) {
				items = append(items, t.item)
				break
			}
		}
	}
	return items
}

// reaches reports whether what p has in common with an earlier share really comes
// to that share.
func (c *covering) reaches(p packet.Product, t share) bool {
	both := c.universe.Meet(p, t.product)
	c.gatherEarlier(t.item, both)
	return c.search.Covered(c.universe, both, c.products) == packet.No
}
