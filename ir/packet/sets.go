package packet

import (
	"net/netip"
	"slices"

	"github.com/pvefw/pvefw/ir"
)

// setIndex answers membership as a hash:net set does: the longest prefix that
// holds the address decides, and a nomatch entry decides for "not in the set".
type setIndex struct {
	entries map[netip.Prefix]bool // whether a member; the last entry of a prefix counts
	lengths [2][]int              // prefix lengths in use per family, longest first
}

// index returns the index of s, made on first use.
func (e *Evaluator) index(s *ir.Set) *setIndex {
	if known, ok := e.sets[s]; ok {
		return known
	}
	made := indexSet(s)
	e.sets[s] = made
	return made
}

func indexSet(s *ir.Set) *setIndex {
	x := &setIndex{entries: make(map[netip.Prefix]bool, len(s.Entries))}
	var seen [2][129]bool
	for i := range s.Entries {
		entry := &s.Entries[i]
		if entry.Skipped != "" || !entry.Prefix.IsValid() {
			continue
		}
		prefix := entry.Prefix.Masked()
		x.entries[prefix] = !entry.NoMatch
		f := familyOf(prefix.Addr())
		if bits := prefix.Bits(); !seen[f][bits] {
			seen[f][bits] = true
			x.lengths[f] = append(x.lengths[f], bits)
		}
	}
	for f := range x.lengths {
		slices.Sort(x.lengths[f])
		slices.Reverse(x.lengths[f])
	}
	return x
}

func (x *setIndex) contains(addr netip.Addr) bool {
	for _, bits := range x.lengths[familyOf(addr)] {
		prefix, err := addr.Prefix(bits)
		if err != nil {
			continue
		}
		if member, ok := x.entries[prefix]; ok {
			return member
		}
	}
	return false
}

func familyOf(a netip.Addr) ir.Family {
	if a.Is4() {
		return ir.V4
	}
	return ir.V6
}
