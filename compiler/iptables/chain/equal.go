package chain

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/netip"
	"slices"
	"strings"
)

// Digest is a digest of the rules as the kernel holds them: the same for a text
// that the daemon feeds and for what iptables-save makes of it. Comments, counters
// and the way of writing do not count. Empty for an unreadable chain.
func (c *Chain) Digest() string {
	if c.Unreadable != "" {
		return ""
	}
	h := sha256.New()
	h.Write([]byte(c.policy() + "\n"))
	for _, r := range c.Rules {
		for _, form := range r.forms() {
			h.Write([]byte(form + "\n"))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// policy is that of a chain of the kernel; the kernel's own where nobody says.
func (c *Chain) policy() string {
	switch c.Name {
	case "INPUT", "OUTPUT", "FORWARD", "PREROUTING", "POSTROUTING":
		return orElse(c.Policy, "ACCEPT")
	}
	return ""
}

// Equal reports whether two chains do the same by the same rules in the same order.
// Chains that cannot be read equal none, not even themselves; a rule of which only
// words are unknown equals one with the same words.
func (c *Chain) Equal(o *Chain) bool {
	digest := c.Digest()
	return digest != "" && c.Name == o.Name && digest == o.Digest()
}

// Change is a chain in which two rulesets differ.
type Change struct {
	Table, Chain string
	Was, Is      *Chain // nil where it does not exist
}

// Changes lists the chains that differ, by table and name. A chain of the kernel
// that one side does not mention is taken for empty and accepting.
func (r *Ruleset) Changes(next *Ruleset) []Change {
	var out []Change
	names := slices.Concat(r.Tables(), next.Tables())
	slices.Sort(names)
	for _, table := range slices.Compact(names) {
		a, b := r.Table(table), next.Table(table)
		chains := map[string]bool{}
		for _, name := range slices.Concat(a.Chains(), b.Chains()) {
			chains[name] = true
		}
		for _, name := range slices.Sorted(maps.Keys(chains)) {
			was, is := a.Chain(name), b.Chain(name)
			if !same(name, was, is) {
				out = append(out, Change{table, name, was, is})
			}
		}
	}
	return out
}

func same(name string, a, b *Chain) bool {
	empty := &Chain{Name: name}
	if empty.policy() != "" {
		if a == nil {
			a = empty
		}
		if b == nil {
			b = empty
		}
	}
	return a != nil && b != nil && a.Equal(b)
}

// Forms are the rules that the kernel makes of a line, each the same for all ways of
// writing it. They are not for people.
func (r *Rule) Forms() []string { return r.forms() }

// Plain is the line without counters and the name of its chain.
func (r *Rule) Plain() string {
	text := r.Text
	if strings.HasPrefix(text, "[") {
		_, text, _ = strings.Cut(text, "] ")
	}
	if _, rest, ok := strings.Cut(strings.TrimPrefix(text, "-A "), " "); ok {
		text = rest
	}
	return strings.TrimLeft(text, " ")
}

// Entries are the entries of a set in the words of ipset, in the order of addresses.
func (s *Set) Entries() []string {
	list := slices.SortedFunc(maps.Keys(s.members), func(a, b netip.Prefix) int {
		return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
	})
	out := make([]string, len(list))
	for i, p := range list {
		if out[i] = p.String(); p.IsSingleIP() {
			out[i] = p.Addr().String()
		}
		if !s.members[p] {
			out[i] += " nomatch"
		}
	}
	return out
}
