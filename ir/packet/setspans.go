package packet

import (
	"net/netip"
	"slices"

	"github.com/pvefw/pvefw/ir"
)

// set is the addresses that a use of a set takes.
func (r *reader) set(use setUse) *part {
	if known, ok := r.sets[use]; ok {
		return known
	}
	members := setSpans(use.set, r.family)
	if use.negated {
		members = without(members, dimSource.end(r.family))
	}
	made := &part{spans: members}
	r.sets[use] = made
	return made
}

// netEntry is a live entry of a set.
type netEntry struct {
	span
	prefix netip.Prefix
	member bool
}

// setSpans are the members of a set in one family, as setIndex decides them: the
// longest prefix wins, a nomatch entry says no, and of equal prefixes the last.
func setSpans(s *ir.Set, f ir.Family) spans {
	n := nesting{entries: liveEntries(s, f)}
	for i := 0; i < len(n.entries); {
		i = n.entry(i)
	}
	return normal(n.members)
}

// nesting goes through entries that are ordered so that each is followed by those
// inside of it.
type nesting struct {
	entries []netEntry
	members spans
}

// entry adds the members of entry i, with what is inside of it, and returns the
// first entry behind. It is as deep as prefixes are nested: 129 at most.
func (n *nesting) entry(i int) int {
	e := n.entries[i]
	from, whole := e.first, true
	j := i + 1
	for j < len(n.entries) && !e.last.less(n.entries[j].first) {
		inner := n.entries[j]
		n.add(e.member, from, inner.first)
		whole = inner.last != e.last
		from = inner.last.next()
		j = n.entry(j)
	}
	if e.member && whole {
		n.members = append(n.members, span{from, e.last})
	}
	return j
}

// add appends what lies between from and, excluded, to.
func (n *nesting) add(member bool, from, to point) {
	if member && from.less(to) {
		n.members = append(n.members, span{from, to.previous()})
	}
}

func liveEntries(s *ir.Set, f ir.Family) []netEntry {
	var list []netEntry
	at := make(map[netip.Prefix]int, len(s.Entries))
	for i := range s.Entries {
		e := &s.Entries[i]
		if e.Skipped != "" || !e.Prefix.IsValid() || familyOf(e.Prefix.Addr()) != f {
			continue
		}
		prefix := e.Prefix.Masked()
		if k, ok := at[prefix]; ok {
			list[k].member = !e.NoMatch
			continue
		}
		at[prefix] = len(list)
		list = append(list, netEntry{prefixSpan(prefix), prefix, !e.NoMatch})
	}
	slices.SortFunc(list, func(a, b netEntry) int {
		if c := a.first.compare(b.first); c != 0 {
			return c
		}
		return a.prefix.Bits() - b.prefix.Bits()
	})
	return list
}
