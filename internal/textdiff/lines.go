package textdiff

import "strings"

// Change replaces whole lines of the old text, counted from 0: those from From up to
// but not including To. From equals To where lines are only added.
type Change struct {
	From, To int
	Text     string // whole lines of the new text; empty where lines are only deleted
}

// Lines returns the changes that make new of old, from top to bottom. They do not
// touch each other.
func Lines(old, new string) []Change {
	if old == new {
		return nil
	}
	a, b := lines(old), lines(new)
	var all []Change
	for _, h := range hunks(script(a, b), 0) {
		c := Change{From: h.a, To: h.a}
		from, to := h.b, h.b
		for _, r := range h.runs {
			c.To, to = r.advance(c.To, to)
		}
		c.Text = strings.Join(b[from:to], "")
		all = append(all, c)
	}
	return all
}
