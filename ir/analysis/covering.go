package analysis

import (
	"slices"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// covering goes through the steps of a list and keeps what was taken so far.
type covering struct {
	universe   *packet.Universe
	everything packet.Product
	matched    []packet.Product            // of the steps still ahead that have a match
	calls      map[*ir.Call]packet.Product // of the groups entered
	search     packet.Covering
	covers     []Cover
	items      []*step            // the items so far
	regionsOf  [][]packet.Product // what each takes, if nothing before it did

	take func(*step, []packet.Product) // is told each deciding step with its regions

	taken   []share          // what the items so far take; those that take nothing new are left out
	left    []packet.Product // what left the current built-in
	cleared []packet.Product // where the mark was cleared

	// Scratch space of the item at hand.
	candidates []share
	products   []packet.Product
}

// share is a product that an item takes. An item has several only behind a leave
// or a cleared mark.
type share struct {
	product packet.Product
	item    int
	size    float64 // of what it has in common with the item at hand
}

// newCovering makes the universe of the steps. Products of the matches are kept in
// the order of the steps. It returns nil for a list that is too large.
func newCovering(steps []step, cutter *packet.Cutter, work int) *covering {
	matches := make([]*ir.Match, 1, len(steps)+1)
	matches[0] = &ir.Match{}
	for i := range steps {
		if m := steps[i].match(); m != nil {
			matches = append(matches, m)
		}
	}
	c := &covering{search: packet.Covering{Work: work}, calls: map[*ir.Call]packet.Product{}}
	c.universe, c.matched = cutter.Cut(matches)
	if c.matched == nil {
		return nil
	}
	c.take = c.item
	c.everything, c.matched = c.matched[0], c.matched[1:]
	c.covers, c.taken = make([]Cover, 0, len(steps)), make([]share, 0, len(steps))
	return c
}

func (c *covering) step(s *step) {
	var p packet.Product
	if s.match() != nil {
		p, c.matched = c.matched[0], c.matched[1:]
	}
	switch s.kind {
	case deciding:
		c.take(s, c.regions(s, p))
	case leaving:
		c.left = append(c.left, c.regions(s, p)...)
	case ending:
		c.left = nil
	case entering:
		c.calls[s.call] = p
		if p = c.within(s, p); !p.Empty() {
			c.cleared = append(c.cleared, p)
		}
	case clearing:
		c.cleared = append(c.cleared, c.everything)
	}
}

// within narrows a product to what enters the groups around it.
func (c *covering) within(s *step, p packet.Product) packet.Product {
	for _, call := range s.within {
		if !call.Match.IsAny() {
			p = c.universe.Meet(p, c.calls[call])
		}
	}
	return p
}

// regions is what a rule takes at its place, if nothing before it did: its match,
// without what left the built-in or lost the mark that it asks for.
func (c *covering) regions(s *step, p packet.Product) []packet.Product {
	p = c.within(s, p)
	if p.Empty() {
		return nil
	}
	list := c.without([]packet.Product{p}, c.left)
	if s.rule.Match.AcceptedBySender {
		list = c.without(list, c.cleared)
	}
	return list
}

func (c *covering) without(list, removed []packet.Product) []packet.Product {
	for _, q := range removed {
		var rest []packet.Product
		for _, p := range list {
			rest = c.universe.Minus(p, q, rest)
		}
		list = rest
	}
	return list
}

// item answers for one rule and adds what it takes.
func (c *covering) item(s *step, regions []packet.Product) {
	cover := Cover{Empty: len(regions) == 0, Covered: packet.Yes, Opposed: -1}
	var blockers []int
	for _, p := range regions {
		answer, items := c.region(p)
		blockers = append(blockers, items...)
		if answer != packet.Yes {
			cover.Covered = answer
			if answer == packet.No {
				break
			}
		}
	}
	number := len(c.covers)
	c.items, c.regionsOf = append(c.items, s), append(c.regionsOf, regions)
	if cover.Covered != packet.Yes {
		for _, p := range regions {
			c.taken = append(c.taken, share{product: p, item: number})
		}
		if s.boundBlock() {
			cover.Undercut = c.undercut(s, regions)
		}
	} else {
		c.name(&cover, blockers, s.verdict.Kind)
	}
	c.covers = append(c.covers, cover)
}

// name writes the blockers of a covered item down, each once.
func (c *covering) name(cover *Cover, blockers []int, verdict ir.VerdictKind) {
	for _, b := range blockers {
		if slices.Contains(cover.Blockers, b) {
			continue
		}
		cover.Blockers = append(cover.Blockers, b)
		if cover.Opposed < 0 && c.items[b].verdict.Kind != verdict {
			cover.Opposed = b
		}
	}
}

// region tells whether a product is covered and by which items: by the first
// single one that suffices, or else by few.
func (c *covering) region(p packet.Product) (packet.Answer, []int) {
	c.candidates, c.products = c.candidates[:0], c.products[:0]
	if c.search.Work -= len(c.taken) * (4 + len(p)) / 8; c.search.Work < 0 {
		return packet.Unknown, nil
	}
	for _, s := range c.taken {
		if !c.universe.Meets(p, s.product) {
			continue
		}
		if p.Within(s.product) {
			return packet.Yes, []int{s.item}
		}
		c.candidates = append(c.candidates, s)
		c.products = append(c.products, s.product)
	}
	answer := c.search.Covered(c.universe, p, c.products)
	if answer != packet.Yes {
		return answer, nil
	}
	return answer, c.few(p, nil)
}

// few names few candidates that, with those beside them, cover p together: those
// that take most come first, and what the others make dispensable goes, the least
// first.
func (c *covering) few(p packet.Product, beside []packet.Product) []int {
	for i := range c.candidates {
		s := &c.candidates[i]
		s.size = c.universe.Size(c.universe.Meet(p, s.product))
	}
	slices.SortStableFunc(c.candidates, func(a, b share) int {
		switch {
		case a.size > b.size:
			return -1
		case a.size < b.size:
			return 1
		}
		return 0
	})
	kept := slices.Clone(c.candidates)
	if c.covered(p, kept, beside) == packet.Yes {
		kept = used(kept, c.search.Used)
	}
	least := 1 - min(1, len(beside)) // of the packets beside nothing may be left
	for i := len(kept) - 1; i >= 0 && len(kept) > least; i-- {
		fewer := slices.Delete(slices.Clone(kept), i, i+1)
		if c.covered(p, fewer, beside) == packet.Yes {
			kept = fewer
		}
	}
	items := make([]int, len(kept))
	for i, s := range kept {
		items[i] = s.item
	}
	return items
}

func (c *covering) covered(p packet.Product, by []share, beside []packet.Product) packet.Answer {
	c.products = c.products[:0]
	for _, s := range by {
		c.products = append(c.products, s.product)
	}
	c.products = append(c.products, beside...)
	return c.search.Covered(c.universe, p, c.products)
}

func used(list []share, took []bool) []share {
	kept := list[:0]
	for i, s := range list {
		if took[i] {
			kept = append(kept, s)
		}
	}
	return kept
}
