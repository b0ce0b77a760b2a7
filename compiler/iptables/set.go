package iptables

import (
	"fmt"
	"math/bits"
	"sort"
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// ipsetText lists every set in both families, sorted by kernel name.
func ipsetText(p *ir.Policy) string {
	if p.Off {
		return ""
	}
	texts := make(map[string]string, 2*len(p.Sets))
	names := make([]string, 0, 2*len(p.Sets))
	for _, s := range p.Sets {
		for _, f := range []ir.Family{ir.V4, ir.V6} {
			name := s.KernelName(f)
			if _, twice := texts[name]; !twice {
				names = append(names, name)
			}
			texts[name] = setText(s, f, name)
		}
	}
	sort.Strings(names)
	var b strings.Builder
	for _, name := range names {
		b.WriteString(texts[name])
	}
	return b.String()
}

func setText(s *ir.Set, f ir.Family, name string) string {
	family := "inet"
	if f == ir.V6 {
		family = "inet6"
	}
	size := hashSize(s.Declared)
	var b strings.Builder
	fmt.Fprintf(&b, "create %s hash:net family %s hashsize %d maxelem %d bucketsize 12\n", name, family, size, size)
	for _, e := range elements(s, f) {
		b.WriteString("add " + name + " " + e + "\n")
	}
	return b.String()
}

// elements are the entries of one family in byte order. The same text twice
// collapses, and the last one decides whether it is an exception
// (reference/pve-firewall §4.5).
func elements(s *ir.Set, f ir.Family) []string {
	noMatch := map[string]bool{}
	var texts []string
	for _, e := range s.Entries {
		if e.Skipped != "" || strings.Contains(e.Text, ":") != (f == ir.V6) {
			continue
		}
		if _, twice := noMatch[e.Text]; !twice {
			texts = append(texts, e.Text)
		}
		noMatch[e.Text] = e.NoMatch
	}
	sort.Strings(texts)
	for i, t := range texts {
		if noMatch[t] {
			texts[i] = t + " nomatch"
		}
	}
	return texts
}

// hashSize counts what was declared, dead entries and the other family too: 64,
// or the next power of two.
func hashSize(declared int) int {
	if declared <= 64 {
		return 64
	}
	return 1 << bits.Len(uint(declared-1))
}
