package verify

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir"
)

// addresses are a list of words: addresses, networks, ranges, aliases and sets, and
// with "not" before them what is left out.
type addresses struct {
	in, out    []*ir.Addr
	restricted bool // some word is without "not"
}

// addresses reads a list; "any" restricts nothing.
func (w *World) addresses(c *complaints, words []Word) addresses {
	var a addresses
	for _, word := range splitAll(words) {
		rest, negated := strings.CutPrefix(word.Text, "not ")
		if negated {
			word = word.part(len(word.Text)-len(strings.TrimLeft(rest, " ")), len(word.Text))
		}
		switch list := w.address(c, word); {
		case negated:
			a.out = append(a.out, list...)
		case word.Text != "any":
			a.restricted = true
			a.in = append(a.in, list...)
		}
	}
	return a
}

// clause is the addresses as a restriction of one end.
func (a addresses) clause(at func(*ir.Addr) *ir.Match) clause {
	var in, out []*ir.Match
	for _, x := range a.in {
		in = append(in, at(x))
	}
	for _, x := range a.out {
		out = append(out, at(x))
	}
	if !a.restricted {
		return noneOf(out...)
	}
	return clauses{anyOf(in...), noneOf(out...)}.join()
}

func atSource(a *ir.Addr) *ir.Match { return &ir.Match{Source: a} }

func atDest(a *ir.Addr) *ir.Match { return &ir.Match{Dest: a} }

func (w *World) address(c *complaints, word Word) []*ir.Addr {
	text := word.Text
	if name, isSet := strings.CutPrefix(text, "+"); isSet {
		return w.setNamed(c, word, name)
	}
	if text == "any" {
		return nil
	}
	if a, ok := literal(text); ok {
		return []*ir.Addr{a}
	}
	key := scoped(strings.ToLower(text))
	if prefixes, ok := w.Aliases[key]; ok {
		w.same(c, word, key)
		return []*ir.Addr{{Text: text, Prefixes: prefixes}}
	}
	if looksLikeAddress(text) {
		c.at(word, "\""+diag.Visible(text)+"\" is no address, network or range, and no alias has such a name")
		return nil
	}
	c.unknown(word, "the alias", unscoped(slices.Sorted(maps.Keys(w.Aliases)), ""))
	return nil
}

// looksLikeAddress reports whether somebody has meant an address: an alias begins
// with a letter, one of a guest with its number and a slash.
func looksLikeAddress(text string) bool {
	return text == "" || strings.ContainsAny(text, ": ") || text[0] >= '0' && text[0] <= '9' &&
		(!strings.Contains(text, "/") || strings.Contains(text, "."))
}

func (w *World) setNamed(c *complaints, word Word, name string) []*ir.Addr {
	key := scoped(name)
	if ref, ok := w.sets[key]; ok {
		w.same(c, word, "+"+key)
		return []*ir.Addr{{Text: ref.text, Set: ref.set}}
	}
	c.unknown(word, "the set", unscoped(slices.Sorted(maps.Keys(w.sets)), "+"))
	return nil
}

// same refuses a name that a change makes something else.
func (w *World) same(c *complaints, word Word, key string) {
	if w.differ[key] {
		c.at(word, diag.Visible(word.Text)+" does not mean the same before and after the change; name its addresses")
	}
}

// scoped adds the datacenter's scope to a name that has none.
func scoped(name string) string {
	if strings.Contains(name, "/") {
		return name
	}
	return "dc/" + name
}

// unscoped takes the datacenter's scope away, as people leave it out.
func unscoped(names []string, mark string) []string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = mark + strings.TrimPrefix(n, "dc/")
	}
	return list
}

// literal reads an address, a network or a range.
func literal(text string) (*ir.Addr, bool) {
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		return single(a), true
	}
	if p, err := netip.ParsePrefix(text); err == nil {
		return &ir.Addr{Text: text, Prefixes: []netip.Prefix{p.Masked()}}, true
	}
	first, last, ok := strings.Cut(text, "-")
	a, err1 := netip.ParseAddr(first)
	b, err2 := netip.ParseAddr(last)
	if !ok || err1 != nil || err2 != nil || a.BitLen() != b.BitLen() || b.Less(a) {
		return nil, false
	}
	return &ir.Addr{Text: text, Range: &ir.Range{First: a, Last: b}}, true
}

func single(a netip.Addr) *ir.Addr {
	return &ir.Addr{Text: a.String(), Prefixes: []netip.Prefix{netip.PrefixFrom(a, a.BitLen())}}
}
