package analysis

import (
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// This file turns the steps that decide packets into changes.

// fate is what a deciding step does; nil is the end of the list.
func (s *step) fate() Fate {
	if s == nil {
		return Fate{}
	}
	f := Fate{Decided: true, Verdict: s.verdict, Logged: s.logs(), Node: s.node, Rule: s.rule, Within: s.outermost()}
	if s.rule != nil {
		f.Log = s.rule.Log
	}
	return f
}

func (f *Fate) rejects() bool { return f.Decided && f.Verdict.Kind == ir.Reject }

func (n *nearby) rejects() bool {
	for i := range n.steps {
		if n.steps[i].verdict.Kind == ir.Reject && n.steps[i].kind == deciding {
			return true
		}
	}
	return false
}

// answers is the first product without the others, each of which limits a single
// dimension.
func (c *comparison) answers(products []packet.Product) packet.Product {
	all := products[0]
	for _, p := range products[1:] {
		if p.Empty() {
			continue
		}
		rest := c.universe.Minus(all, p, nil)
		if len(rest) != 1 {
			panic("unreachable: unanswered packets are not of one dimension")
		}
		all = rest[0]
	}
	return all
}

// add notes packets with their old and new fates, unless these are the same.
func (c *comparison) add(was, is *step, p packet.Product) {
	x, y := was.fate(), is.fate()
	if c.answered == nil || !x.rejects() && !y.rejects() {
		c.note(Change{Was: x, Is: y}, p)
		return
	}
	if loud := c.universe.Meet(p, c.answered); !loud.Empty() {
		c.note(Change{Was: x, Is: y}, loud)
	}
	for _, f := range []*Fate{&x, &y} {
		if f.rejects() {
			f.Verdict.Kind = ir.Drop
		}
	}
	for _, silent := range c.universe.Minus(p, c.answered, nil) {
		c.note(Change{Was: x, Is: y, Silent: true}, silent)
	}
}

func (c *comparison) note(change Change, p packet.Product) {
	change.OnlyLog = change.Was.sameVerdict(&change.Is)
	if change.OnlyLog && change.Was.sameLog(&change.Is) {
		return
	}
	for i := range c.out.Changes {
		if known := &c.out.Changes[i]; known.like(&change) {
			known.products = append(known.products, p)
			return
		}
	}
	change.universe, change.products = c.universe, []packet.Product{p}
	c.out.Changes = append(c.out.Changes, change)
}

// like reports whether packets of two changes have the same fates from the same
// places.
func (c *Change) like(d *Change) bool {
	return c.Silent == d.Silent && c.Was.Node == d.Was.Node && c.Is.Node == d.Is.Node &&
		c.Was.Verdict.Kind == d.Was.Verdict.Kind && c.Is.Verdict.Kind == d.Is.Verdict.Kind && c.OnlyLog == d.OnlyLog &&
		c.Was.Within == d.Was.Within && c.Is.Within == d.Is.Within
}
