package iptables

import (
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"sort"
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// ipsetText lists every set in both families, sorted by kernel name.
func ipsetText(p *ir.Policy) *lines {
	out := &lines{}
	if p.Off {
		return out
	}
	type inFamily struct {
		set    *ir.Set
		family ir.Family
	}
	sets := make(map[string]inFamily, 2*len(p.Sets))
	names := make([]string, 0, 2*len(p.Sets))
	for _, s := range p.Sets {
		for _, f := range []ir.Family{ir.V4, ir.V6} {
			name := s.KernelName(f)
			if _, twice := sets[name]; !twice {
				names = append(names, name)
			}
			sets[name] = inFamily{s, f}
		}
	}
	sort.Strings(names)
	for _, name := range names {
		out.set(sets[name].set, sets[name].family, name)
	}
	return out
}

func (l *lines) set(s *ir.Set, f ir.Family, name string) {
	family := "inet"
	if f == ir.V6 {
		family = "inet6"
	}
	size := hashSize(s.Declared)
	l.add(fmt.Sprintf("create %s hash:net family %s hashsize %d maxelem %d bucketsize 12", name, family, size, size), s.Origin)
	for _, e := range elements(s, f) {
		text := "add " + name + " " + e.Text
		if e.NoMatch {
			text += " nomatch"
		}
		l.add(text, e.Origin)
	}
}

// elements are the entries of one family in byte order. The same text twice
// collapses, and the last one decides whether it is an exception
// (reference/pve-firewall §4.5).
func elements(s *ir.Set, f ir.Family) []*ir.SetEntry {
	last := map[string]*ir.SetEntry{}
	for i := range s.Entries {
		if e := &s.Entries[i]; e.Skipped == "" && strings.Contains(e.Text, ":") == (f == ir.V6) {
			last[e.Text] = e
		}
	}
	return slices.SortedFunc(maps.Values(last), func(a, b *ir.SetEntry) int { return strings.Compare(a.Text, b.Text) })
}

// hashSize counts what was declared, dead entries and the other family too: 64,
// or the next power of two.
func hashSize(declared int) int {
	if declared <= 64 {
		return 64
	}
	return 1 << bits.Len(uint(declared-1))
}
