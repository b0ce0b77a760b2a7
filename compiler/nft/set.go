package nft

import (
	"net/netip"
	"slices"
	"strconv"

	"github.com/pvefw/pvefw/ir"
)

func prefixes(list ...netip.Prefix) *ir.Addr { return &ir.Addr{Prefixes: list} }

// set returns the table's set for a family, made when first asked for.
func (t *table) set(s *ir.Set, f ir.Family) *Set {
	key := setKey{s, f}
	if known := t.sets[key]; known != nil {
		return known
	}
	owner := "dc-"
	switch {
	case s.SDN:
		owner = "sdn-"
	case s.Owner != 0:
		owner = "vm" + strconv.Itoa(s.Owner) + "-"
	}
	made := &Set{Name: owner + clean(s.Name) + suffix(f), Key: []Field{[...]Field{IPSource, IP6Source}[f]},
		Interval: true, Elements: members(s, f), Origin: s.Origin}
	t.sets[key] = made
	t.out.Sets = append(t.out.Sets, made)
	return made
}

// members turns entries, of which the most specific one decides about an address
// (reference/pve-firewall §4.5), into spans that do not overlap.
func members(s *ir.Set, f ir.Family) []Element {
	entries := decisive(s, f)
	w := sweep{}
	for i := range entries {
		e := entries[i]
		span := prefixSpan(e.Prefix.Masked())
		w.closeBefore(span.First)
		if n := len(w.open); n > 0 && w.open[n-1].member == !e.NoMatch {
			w.open = append(w.open, nested{span: span, member: !e.NoMatch, origin: w.open[n-1].origin})
			continue
		}
		w.flush(span.First)
		w.open = append(w.open, nested{span: span, member: !e.NoMatch, origin: e.Origin})
		w.from = span.First
	}
	w.closeBefore(Value{Hi: ^uint64(0), Lo: ^uint64(0)})
	w.closeAll()
	return w.out
}

// decisive are the entries of a family, each prefix once: the last entry counts. A
// prefix comes before those inside it.
func decisive(s *ir.Set, f ir.Family) []*ir.SetEntry {
	out := make([]*ir.SetEntry, 0, len(s.Entries))
	for i := len(s.Entries) - 1; i >= 0; i-- {
		e := &s.Entries[i]
		if e.Skipped == "" && e.Prefix.IsValid() && e.Prefix.Addr().Is4() == (f == ir.V4) {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, comparePrefixes)
	return slices.CompactFunc(out, func(a, b *ir.SetEntry) bool { return comparePrefixes(a, b) == 0 })
}

func comparePrefixes(a, b *ir.SetEntry) int {
	p, q := a.Prefix.Masked(), b.Prefix.Masked()
	if c := p.Addr().Compare(q.Addr()); c != 0 {
		return c
	}
	return p.Bits() - q.Bits()
}

// sweep goes through prefixes in order; open ones contain each other.
type sweep struct {
	open []nested
	from Value // up to where the innermost one is written
	end  bool  // all addresses are written
	out  []Element
}

type nested struct {
	span   Span
	member bool
	origin ir.Origin
}

// flush writes what the innermost open prefix holds in front of an address.
func (w *sweep) flush(before Value) {
	if n := len(w.open); n > 0 && w.open[n-1].member && w.from.Less(before) {
		w.put(Span{w.from, before.previous()})
	}
}

func (w *sweep) put(s Span) {
	w.out = append(w.out, Element{Key: []Span{s}, Origin: w.open[len(w.open)-1].origin})
}

// closeBefore ends the prefixes that end in front of an address.
func (w *sweep) closeBefore(at Value) {
	for len(w.open) > 0 && w.open[len(w.open)-1].span.Last.Less(at) {
		w.close()
	}
}

func (w *sweep) closeAll() {
	for len(w.open) > 0 {
		w.close()
	}
}

// close ends the innermost prefix. What follows belongs to the one around it, which
// goes on in the same way if both are members.
func (w *sweep) close() {
	n := len(w.open) - 1
	top := w.open[n]
	if n > 0 && w.open[n-1].member == top.member {
		w.open = w.open[:n]
		return
	}
	if top.member && !w.end && !top.span.Last.Less(w.from) {
		w.put(Span{w.from, top.span.Last})
	}
	w.open = w.open[:n]
	w.from = top.span.Last.next()
	w.end = w.from == Value{}
}
