package plan

import (
	"path"
	"strconv"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
)

// table adds what happens to a table and in it.
func (b *builder) table(t *nft.TableDelta) {
	name := t.Family.String() + " " + t.Name
	switch {
	case t.Create:
		b.add(Change{Action: Create, Object: TableObject, Table: name, Lines: []Line{}})
	case t.Remove:
		b.add(Change{Action: Delete, Object: TableObject, Table: name, Lines: []Line{}})
	}
	for i := range t.Helpers {
		h := &t.Helpers[i]
		c := Change{Action: actionOf(h.Before != nil, h.After != nil), Object: HelperObject, Table: name, Lines: []Line{}}
		if h.After != nil {
			c.Name, c.Place = h.After.Name, placeOf(h.After.Origin)
		} else {
			c.Name = h.Before.Name
		}
		b.add(c)
	}
	for i := range t.Sets {
		b.set(name, &t.Sets[i])
	}
	for i := range t.Chains {
		b.chain(name, &t.Chains[i])
	}
}

func actionOf(before, after bool) Action {
	switch {
	case !before:
		return Create
	case !after:
		return Delete
	}
	return Modify
}

// set adds what happens to a named set or map.
func (b *builder) set(table string, d *nft.SetDelta) {
	c := Change{Action: actionOf(d.Before != nil, d.After != nil), Object: SetObject, Table: table}
	s := d.After
	if s == nil {
		s = d.Before
	} else {
		c.Place = placeOf(s.Origin)
	}
	if s.Verdicts {
		c.Object = MapObject
	}
	if d.Remake {
		c.Note = "its type or its flags change, so it is made anew"
	}
	c.Name = s.Name
	w := lines{limit: b.limit()}
	added, removed := d.Elements()
	for i := range removed {
		w.add(Line{Op: Removed, Text: d.Before.Text(&removed[i])})
	}
	for i := range added {
		e := &added[i]
		w.add(Line{Op: Added, Text: d.After.Text(e), Place: placeOf(e.Origin)})
	}
	b.finish(c, &w)
}

// chain adds what happens to a chain.
func (b *builder) chain(table string, d *nft.ChainDelta) {
	c := Change{Action: actionOf(d.Before != nil, d.After != nil), Object: ChainObject, Table: table}
	w := lines{limit: b.limit()}
	if d.After != nil {
		c.Name, c.Place = d.After.Name, placeOf(d.After.Origin)
	} else {
		c.Name = d.Before.Name
	}
	switch {
	case d.Before == nil:
		w.all(Added, d.After.Rules)
	case d.After == nil:
		w.all(Removed, d.Before.Rules)
	default:
		c.Note = hookNote(d.Before.Hook, d.After.Hook)
		w.between(d.Before.Rules, d.After.Rules)
	}
	for _, f := range b.live.in(table, c.Name) {
		w.add(Line{Op: Removed, Text: "(" + f.What + ")"})
	}
	b.finish(c, &w)
}

func hookNote(before, after *nft.Hook) string {
	switch {
	case before == nil && after == nil, before != nil && after != nil && *before == *after:
		return ""
	}
	return "it is called from another place on a packet's way"
}

func (b *builder) finish(c Change, w *lines) {
	c.Lines, c.Added, c.Removed = w.done()
	c.More = w.more
	b.room -= len(c.Lines)
	b.add(c)
}

// placeOf is FILE:LINE of an origin, or what made it where no file did. A file is named
// without its folders, as in the comments of rules.
func placeOf(o ir.Origin) string {
	switch n := len(o.Steps); {
	case o.Span.WholeFile():
		return path.Base(o.Span.File.Name())
	case !o.Span.IsZero():
		return path.Base(o.Span.File.Name()) + ":" + strconv.Itoa(o.Span.From().Line)
	case n > 0:
		return o.Steps[n-1].Kind.String() + " " + o.Steps[n-1].Name
	}
	return ""
}
