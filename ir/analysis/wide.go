package analysis

import (
	"slices"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// This file is for lists that name so many values that a universe for all of
// their rules would be large. Each rule gets a universe of its own, cut by the
// rules only that have packets in common with it.

// wideWords is the size of a product, in words of 64 atoms, from which on a list
// counts as wide.
const wideWords = 64

// mostNear is how many rules one universe is cut by. A rule that meets more is not
// judged, unless a packet is found that shows it to be alive.
const mostNear = 4096

// wide is a wide list on its way.
type wide struct {
	steps    []step
	cutter   *packet.Cutter
	sieve    *packet.Sieve
	slot     []int // by step: its match in the sieve, -1 without one
	stepOf   []int // by match
	items    []int // by item: its step
	itemOf   []int // by step: its item, -1 for none
	covers   []Cover
	gone     []bool // by item: found redundant
	workLeft int
}

func coverWide(steps []step, cutter *packet.Cutter, work int) []Cover {
	w := &wide{steps: steps, cutter: cutter, workLeft: work}
	var matches []*ir.Match
	for i := range steps {
		slot, item := -1, -1
		if m := steps[i].match(); m != nil {
			slot, matches, w.stepOf = len(matches), append(matches, m), append(w.stepOf, i)
		}
		if steps[i].kind == deciding {
			item, w.items = len(w.items), append(w.items, i)
		}
		w.slot, w.itemOf = append(w.slot, slot), append(w.itemOf, item)
	}
	w.sieve = cutter.Sieve(matches)
	w.covers, w.gone = unknown(steps), make([]bool, len(w.items))
	for item := range w.items {
		w.cover(item)
	}
	for item := len(w.items) - 1; item >= 0; item-- {
		w.redundant(item)
	}
	return w.covers
}

// near lists the steps that matter to an item, itself included: in their order,
// those before only or all of them.
func (w *wide) near(item int, later bool) (list []int, ok bool) {
	if w.workLeft < 0 {
		return nil, false
	}
	self := w.items[item]
	found, looked := w.sieve.Near(w.slot[self], func(m int) bool {
		i := w.stepOf[m]
		k := w.itemOf[i]
		// Covered rules take nothing that others would not.
		return i < self && (k < 0 || w.covers[k].Covered != packet.Yes) || i > self && later
	})
	if w.workLeft -= looked + 64*len(found); w.workLeft < 0 {
		return nil, false
	}
	for _, m := range found {
		list = append(list, w.stepOf[m])
	}
	for i := range w.steps {
		if w.slot[i] < 0 && (i < self || later) {
			list = append(list, i) // ends of built-ins and cleared marks
		}
	}
	list = append(list, self)
	slices.Sort(list)
	return list, len(list) <= mostNear
}

// local prepares the steps of a list in a universe of their own, and what its
// items take. Item judged, if it is one of them, is judged by the others.
func (w *wide) local(list []int, judged int) (c *covering, items []int) {
	steps := make([]step, len(list))
	for k, i := range list {
		steps[k] = w.steps[i]
		if w.itemOf[i] >= 0 {
			items = append(items, w.itemOf[i])
		}
	}
	c = newCovering(steps, w.cutter, min(max(w.workLeft, 0), DefaultWork))
	if c == nil {
		return nil, nil
	}
	c.take = func(s *step, regions []packet.Product) {
		number := len(c.covers)
		if items[number] == judged {
			c.item(s, regions)
			return
		}
		c.covers = append(c.covers, w.covers[items[number]])
		c.items, c.regionsOf = append(c.items, s), append(c.regionsOf, regions)
		if c.covers[number].Covered != packet.Yes {
			for _, p := range regions {
				c.taken = append(c.taken, share{product: p, item: number})
			}
		}
	}
	for i := range steps {
		c.step(&steps[i])
	}
	return c, items
}

// cover answers for an item what the earlier ones leave of it.
func (w *wide) cover(item int) {
	list, ok := w.near(item, false)
	if !ok {
		w.escape(item, list)
		return
	}
	c, items := w.local(list, item)
	if c == nil {
		return
	}
	cover := c.covers[len(items)-1]
	cover.Blockers, cover.Undercut = renumbered(cover.Blockers, items), renumbered(cover.Undercut, items)
	if cover.Opposed >= 0 {
		cover.Opposed = items[cover.Opposed]
	}
	w.covers[item] = cover
	w.workLeft -= min(w.workLeft, DefaultWork) - c.search.Work
}

// escape judges a rule that meets too many others by packets drawn at random.
func (w *wide) escape(item int, list []int) {
	s := &w.steps[w.items[item]]
	if w.workLeft < 0 || !s.own() || len(s.within) > 0 || s.rule.Match.AcceptedBySender {
		return
	}
	var others []int
	for _, i := range list {
		if w.steps[i].kind == deciding && i < w.items[item] {
			others = append(others, w.slot[i])
		}
	}
	w.workLeft -= len(others)
	if w.sieve.Escapes(w.slot[w.items[item]], others) {
		w.covers[item].Covered = packet.No
	}
}

// redundant answers for an item whether the others would do the same.
func (w *wide) redundant(item int) {
	s := &w.steps[w.items[item]]
	if s.fixed() || s.logs() || w.covers[item].Covered == packet.Yes {
		w.covers[item].Redundant = packet.No
		return
	}
	list, ok := w.near(item, true)
	if !ok {
		return
	}
	c, items := w.local(list, -1)
	if c == nil {
		return
	}
	gone := make([]bool, len(items))
	for k, i := range items {
		gone[k] = w.gone[i]
	}
	self := slices.Index(items, item)
	w.covers[item].Redundant = c.restAgrees(self, gone)
	if w.covers[item].Redundant == packet.Yes {
		w.gone[item] = true
		w.covers[item].Heirs = renumbered(c.heirs(self, gone), items)
	}
	w.workLeft -= min(w.workLeft, DefaultWork) - c.search.Work
}

// renumbered turns numbers of a local list into those of the whole.
func renumbered(list, items []int) []int {
	for k, i := range list {
		list[k] = items[i]
	}
	return list
}
