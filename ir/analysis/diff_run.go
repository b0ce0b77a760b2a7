package analysis

import (
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// comparison follows the packets of the changed steps through both lists, in one
// universe.
type comparison struct {
	universe *packet.Universe
	lists    [2]trail
	work     int
	answered packet.Product // packets whose reject is answered; nil where that does not matter
	out      Difference
}

// trail is one list as the regions of its items, in their order.
type trail struct {
	items   []*step
	regions [][]packet.Product
	changed []packet.Product // what its changed steps match
}

// newComparison returns nil for lists that are too large. Where rejects that nobody
// hears are to be drops, unanswered are the packets they are for.
func newComparison(before, after nearby, cutter *packet.Cutter, work int, unanswered []*ir.Match) *comparison {
	matches := make([]*ir.Match, 1, 1+len(unanswered)+len(before.steps)+len(after.steps))
	matches[0] = &ir.Match{}
	answers := len(unanswered) > 0 && (before.rejects() || after.rejects())
	if answers {
		matches = append(matches, unanswered...)
	}
	fixed := len(matches)
	for _, n := range []nearby{before, after} {
		for i := range n.steps {
			if m := n.steps[i].match(); m != nil {
				matches = append(matches, m)
			}
		}
	}
	u, products := cutter.Cut(matches)
	if products == nil {
		return nil
	}
	c := &comparison{universe: u, work: work}
	if answers {
		c.answered = c.answers(products[:fixed])
	}
	rest := products[fixed:]
	for i, n := range []nearby{before, after} {
		rest = c.lists[i].follow(n, u, products[0], rest)
	}
	return c
}

// follow makes the trail of a list and returns the products of the next one.
func (t *trail) follow(n nearby, u *packet.Universe, everything packet.Product, products []packet.Product) []packet.Product {
	c := covering{universe: u, everything: everything, matched: products, calls: map[*ir.Call]packet.Product{}}
	c.take = func(s *step, regions []packet.Product) {
		t.items, t.regions = append(t.items, s), append(t.regions, regions)
	}
	for i := range n.steps {
		s := &n.steps[i]
		if n.changed[i] {
			t.changed = append(t.changed, c.affected(s)...)
		}
		c.step(s)
	}
	return c.matched
}

// affected is all packets that a step can do something to.
func (c *covering) affected(s *step) []packet.Product {
	p := c.everything
	if s.match() != nil {
		p = c.matched[0]
	}
	// What left a built-in is affected by the step that it left by, not by the end.
	if p = c.within(s, p); p.Empty() || s.kind == ending {
		return nil
	}
	return []packet.Product{p}
}

// run compares the fates of all affected packets.
func (c *comparison) run() Difference {
	var seen []packet.Product
	for i := range c.lists {
		for _, p := range c.lists[i].changed {
			for _, fresh := range c.without(p, seen) {
				c.compare(fresh)
			}
			seen = append(seen, p)
		}
	}
	c.out.Unknown = c.out.Unknown || c.work < 0
	c.out.classify()
	return c.out
}

func (c *comparison) without(p packet.Product, removed []packet.Product) []packet.Product {
	list := []packet.Product{p}
	for _, q := range removed {
		var rest []packet.Product
		for _, p := range list {
			rest = c.universe.Minus(p, q, rest)
		}
		if list = rest; !c.spend(len(list), p) {
			return nil
		}
	}
	return list
}

// spend takes the work of looking at n products off the account.
func (c *comparison) spend(n int, p packet.Product) bool {
	c.work -= (n + 1) * (4 + len(p)) / 4
	return c.work >= 0
}

// compare splits packets by what both lists do to them.
func (c *comparison) compare(p packet.Product) {
	c.lists[0].split(c, p, func(was *step, part packet.Product) {
		c.lists[1].split(c, part, func(is *step, part packet.Product) {
			c.add(was, is, part)
		})
	})
}

// split tells each item of the list, and nil for none, what it decides of p.
func (t *trail) split(c *comparison, p packet.Product, visit func(*step, packet.Product)) {
	left := []packet.Product{p}
	for i := 0; i < len(t.items) && len(left) > 0; i++ {
		for _, q := range t.regions[i] {
			if !c.spend(len(left), p) {
				return
			}
			var rest []packet.Product
			for _, part := range left {
				both := c.universe.Meet(part, q)
				if both.Empty() {
					rest = append(rest, part)
					continue
				}
				visit(t.items[i], both)
				rest = c.universe.Minus(part, q, rest)
			}
			left = rest
		}
	}
	for _, part := range left {
		visit(nil, part)
	}
}
