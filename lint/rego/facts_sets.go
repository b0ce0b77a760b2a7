package rego

import (
	"cmp"
	"iter"
	"maps"
	"net/netip"
	"slices"
	"strconv"

	"github.com/pvefw/pvefw/ir/config"
)

// mostNotes bounds what is noted of one kind about one set: lists of scanners hold
// a hundred thousand networks, and nobody reads more of the same.
const mostNotes = 50

// setNotes are what stands out about the sets of one file. Every note has "at" and
// "set", the name; notes about an entry have its "text":
//
//	covered    entries within one that says the same: also "by", its text
//	uncovered  exceptions from nothing; "alone": the set has nothing but exceptions
//	joinable   the second half of a network: also "other", the first, and "into"
//	wide       networks of the internet that are larger than any owner's: also
//	           "family", "bits", and "opens", the ports of nodes that rules open
//	           to the set
//	unsorted   the first entry of a set that stands below a higher address
//
// Of very many notes of a kind about one set the last is about the set itself and
// has "more", how many are left out; all others have 0 there.
type setNotes struct {
	covered, uncovered, joinable, wide, unsorted []any

	places idTable
}

// setNotes makes the notes at their first use.
func (f *fileFacts) setNotes() *setNotes {
	x := f.extra()
	x.Lock()
	s, ok := x.notes[f.fw]
	x.Unlock()
	if !ok {
		s = &setNotes{[]any{}, []any{}, []any{}, []any{}, []any{}, idTable{}}
		for name, set := range sorted(f.fw.Sets) {
			n := setNoter{notes: s, name: name, set: set, all: networksOf(set)}
			n.look(f)
		}
		x.Lock()
		x.notes[f.fw] = s
		x.Unlock()
	}
	maps.Copy(f.places, s.places)
	return s
}

// netEntry is a live entry of a set that is a network.
type netEntry struct {
	config.SetEntry
	net    netip.Prefix
	number int       // in the set
	parent *netEntry // the smallest other entry around it
}

// networksOf lists the live entries in the order of the file. What the reader
// takes and netip does not (short forms, leading zeros) is left out.
func networksOf(set *config.Set) []*netEntry {
	var all []*netEntry
	for i, e := range set.Entries {
		if !isLive(e) {
			continue
		}
		text := e.Text
		if e.Alias != nil {
			text = e.Alias.Target.Text
		}
		if p, err := netip.ParsePrefix(text); err == nil {
			all = append(all, &netEntry{SetEntry: e, net: p.Masked(), number: i})
		} else if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
			all = append(all, &netEntry{SetEntry: e, net: netip.PrefixFrom(a, a.BitLen()), number: i})
		}
	}
	return all
}

// setNoter looks at one set.
type setNoter struct {
	notes *setNotes
	name  string
	set   *config.Set
	all   []*netEntry
}

func (n *setNoter) look(f *fileFacts) {
	n.unsorted()
	slices.SortStableFunc(n.all, func(a, b *netEntry) int {
		return cmp.Or(a.net.Addr().Compare(b.net.Addr()), cmp.Compare(a.net.Bits(), b.net.Bits()))
	})
	nest(n.all)
	n.nested()
	n.note(&n.notes.joinable, func(i int, e *netEntry) object {
		if other, into := n.half(i); other != nil {
			return object{"other": other.Text, "into": into.String()}
		}
		return nil
	})
	var opens []any
	n.note(&n.notes.wide, func(_ int, e *netEntry) object {
		if !isWide(e) {
			return nil
		}
		if opens == nil {
			opens = f.extra().opened[n.set].document()
		}
		return object{"family": familyName(e.net.Addr()), "bits": e.net.Bits(), "opens": opens}
	})
}

// nest finds parents in a sorted list: networks lie within each other or apart.
func nest(all []*netEntry) {
	var open []*netEntry
	for _, e := range all {
		for len(open) > 0 && !open[len(open)-1].net.Contains(e.net.Addr()) {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			e.parent = open[len(open)-1]
		}
		open = append(open, e)
	}
}

// note adds what tell says about each entry, up to the bound.
func (n *setNoter) note(to *[]any, tell func(i int, e *netEntry) object) {
	added, more := 0, 0
	for i, e := range n.all {
		o := tell(i, e)
		switch {
		case o == nil:
			continue
		case added == mostNotes:
			more++
			continue
		}
		added++
		at := "set " + n.name + " " + strconv.Itoa(e.number)
		n.notes.places[at] = e.Span()
		o["at"], o["set"], o["text"], o["more"] = at, n.name, e.Text, 0
		*to = append(*to, o)
	}
	if more > 0 {
		n.notes.places["set "+n.name] = n.set.Span
		*to = append(*to, object{"at": "set " + n.name, "set": n.name, "more": more})
	}
}

// nested: the kernel goes by the smallest network that holds an address, so an
// entry only matters where the one around it says otherwise.
func (n *setNoter) nested() {
	n.note(&n.notes.covered, func(_ int, e *netEntry) object {
		if e.parent == nil || e.parent.NoMatch != e.NoMatch {
			return nil
		}
		return object{"by": e.parent.Text}
	})
	alone := !slices.ContainsFunc(n.all, func(e *netEntry) bool { return !e.NoMatch })
	n.note(&n.notes.uncovered, func(_ int, e *netEntry) object {
		if e.parent != nil || !e.NoMatch {
			return nil
		}
		return object{"alone": alone}
	})
}

// half finds the first half of the network of which entry i is the second. Single
// addresses, whole families and aliases are left alone, and so are halves that
// both have a comment.
func (n *setNoter) half(i int) (other *netEntry, into netip.Prefix) {
	e := n.all[i]
	if e.net.IsSingleIP() || e.net.Bits() < 2 {
		return nil, into
	}
	into = netip.PrefixFrom(e.net.Addr(), e.net.Bits()-1).Masked()
	if into.Addr() == e.net.Addr() {
		return nil, into
	}
	for i--; i >= 0 && into.Contains(n.all[i].net.Addr()); i-- {
		if other = n.all[i]; other.net.Bits() == e.net.Bits() {
			break
		}
	}
	if other == nil || other.net.Bits() != e.net.Bits() || !into.Contains(other.net.Addr()) || other.parent != e.parent {
		return nil, into
	}
	plain := !e.NoMatch && !other.NoMatch && e.Alias == nil && other.Alias == nil
	if !plain || e.Comment() != "" && other.Comment() != "" || e.parent != nil && e.parent.net.Bits() >= into.Bits() {
		return nil, into
	}
	return other, into
}

// unsorted looks at the entries as they stand in the file.
func (n *setNoter) unsorted() {
	for i := 1; i < len(n.all); i++ {
		if n.all[i].net.Addr().Less(n.all[i-1].net.Addr()) {
			n.note(&n.notes.unsorted, func(j int, _ *netEntry) object {
				if j != i {
					return nil
				}
				return object{}
			})
			return
		}
	}
}

// isWide reports networks of the internet that have no single owner.
func isWide(e *netEntry) bool {
	most := 8
	if e.net.Addr().Is6() {
		most = 16
	}
	return !e.NoMatch && e.net.Bits() <= most && !isPrivate(span{e.net.Addr(), lastOf(e.net)})
}

func familyName(a netip.Addr) string {
	if a.Is4() {
		return "IPv4"
	}
	return "IPv6"
}

// recordOpened notes which ports of nodes IN rules open to the sets they name.
func (w *world) recordOpened(opened map[*config.Set]portList) {
	for r := range w.rules() {
		if r.Type != config.InRule || r.Action != config.AcceptAction || r.Source.Set == nil || len(w.hostInterfaces(r)) == 0 {
			continue
		}
		for _, p := range portsOf(r.Rule) {
			if set := r.Source.Set.Target; !slices.Contains(opened[set], p) && len(opened[set]) < mostNotes {
				opened[set] = append(opened[set], p)
			}
		}
	}
}

// sorted yields a map by its keys.
func sorted[T any](m map[string]T) iter.Seq2[string, T] {
	return func(yield func(string, T) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}
