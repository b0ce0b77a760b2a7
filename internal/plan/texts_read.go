package plan

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/compiler/iptables/chain"
	"github.com/pvefw/pvefw/internal/textdiff"
	"github.com/pvefw/pvefw/ir"
)

// textTable is the chains of a table that a text speaks of, by name.
type textTable map[string]*textChain

// textChain is a chain of a text. Of a chain of the kernel it has only the rules that
// lead into chains of the daemon, in no order.
type textChain struct {
	name       string
	rules      []textRule
	signature  string // as the daemon noted it; empty where it notes none
	unreadable string
	hooks      bool // it is a chain of the kernel
	foreign    bool // it is another's
}

// textRule is a rule as the kernel holds it, the line that it comes from, and the place
// in the files where that comes from, if somebody knows.
type textRule struct{ form, text, place string }

// placeIn is the place that a line of a text comes from; lines count from 1.
func placeIn(from []ir.Origin, line int) string {
	if line < 1 || line > len(from) {
		return ""
	}
	return placeOf(from[line-1])
}

// entryPlaces says by set and entry where the entries of a text come from; that of the
// set itself goes by the empty entry.
func entryPlaces(text string, from []ir.Origin) map[string]map[string]string {
	out, line := map[string]map[string]string{}, 0
	for l := range strings.Lines(text) {
		line++
		words := strings.Fields(l)
		switch {
		case len(words) > 1 && words[0] == "create":
			out[words[1]] = map[string]string{"": placeIn(from, line)}
		case len(words) > 2 && words[0] == "add" && out[words[1]] != nil:
			out[words[1]][strings.Join(words[2:], " ")] = placeIn(from, line)
		}
	}
	return out
}

// content is what two chains are compared by. One that cannot be read is like no other.
func (c *textChain) content() string {
	var b strings.Builder
	for _, r := range c.rules {
		b.WriteString(r.form + "\n")
	}
	return b.String() + c.unreadable
}

func (c *textChain) orEmpty() *textChain {
	if c == nil {
		return &textChain{}
	}
	return c
}

// kernelChains are those that the kernel has of itself.
var kernelChains = []string{"INPUT", "OUTPUT", "FORWARD", "PREROUTING", "POSTROUTING"}

// intoOwned is a rule that leads into a chain of the daemon.
var intoOwned = regexp.MustCompile(`-[jg] PVEFW-`)

// packetTables reads a text of iptables or ip6tables.
func (b *textBuilder) packetTables(f ir.Family, text string, from []ir.Origin) map[string]textTable {
	rules, faults := chain.Read(f, text)
	b.faults(map[ir.Family]string{ir.V4: "iptables", ir.V6: "ip6tables"}[f], faults)
	out := map[string]textTable{}
	for _, name := range rules.Tables() {
		table := rules.Table(name)
		out[name] = textTable{}
		for _, name := range table.Chains() {
			c := table.Chain(name)
			made := &textChain{name: name, signature: c.Signature, unreadable: c.Unreadable}
			for _, r := range c.Rules {
				for _, form := range r.Forms() {
					made.rules = append(made.rules, textRule{form, r.Plain(), placeIn(from, r.Line)})
				}
			}
			out[table.Name].add(made)
		}
	}
	return out
}

// add keeps of a chain what counts.
func (t textTable) add(c *textChain) {
	switch {
	case slices.Contains(kernelChains, c.name):
		c.hooks = true
		c.rules = slices.DeleteFunc(c.rules, func(r textRule) bool { return !intoOwned.MatchString(r.text) })
		slices.SortFunc(c.rules, func(a, b textRule) int { return strings.Compare(a.form, b.form) })
		if len(c.rules) == 0 {
			return
		}
	case !Owned(c.name):
		c.foreign = true
	}
	t[c.name] = c
}

// frameTables reads a text of ebtables: what it is fed, or what ebtables-save prints.
func frameTables(text string, from []ir.Origin) map[string]textTable {
	out, name := map[string]textTable{}, ""
	chains := map[string]*textChain{}
	chainOf := func(name string) *textChain {
		if chains[name] == nil {
			chains[name] = &textChain{name: name}
		}
		return chains[name]
	}
	flush := func() {
		for _, c := range chains {
			if out[name] == nil {
				out[name] = textTable{}
			}
			out[name].add(c)
		}
		clear(chains)
	}
	number := 0
	for line := range strings.Lines(text) {
		number++
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || strings.HasPrefix(words[0], "#"):
		case words[0][0] == '*':
			flush()
			name = words[0][1:]
		case words[0][0] == ':':
			chainOf(words[0][1:])
		case words[0] == "-A" && len(words) > 2:
			c := chainOf(words[1])
			c.rules = append(c.rules, textRule{frameForm(words[2:]), strings.Join(words[2:], " "), placeIn(from, number)})
		default:
			c := chainOf(words[min(1, len(words)-1)])
			c.unreadable = "a line of it is not understood"
		}
	}
	flush()
	return out
}

// hardware is an address of a frame, of which the daemon leaves leading zeros out
// (reference/pve-firewall §7.7).
var hardware = regexp.MustCompile(`^[0-9A-Fa-f]{1,2}(:[0-9A-Fa-f]{1,2}){5}$`)

// frameForm is a rule of ebtables as the kernel holds it. The ebtables of Debian 13 says
// "! -s", where the daemon and older ones say "-s !".
func frameForm(words []string) string {
	words = slices.Clone(words)
	for i, w := range words {
		if w == "!" && i+1 < len(words) && words[i+1][0] == '-' {
			words[i], words[i+1] = words[i+1], w
		}
		if !hardware.MatchString(w) {
			continue
		}
		parts := strings.Split(strings.ToLower(w), ":")
		for k, p := range parts {
			parts[k] = strings.Repeat("0", 2-len(p)) + p
		}
		words[i] = strings.Join(parts, ":")
	}
	return strings.Join(words, " ")
}

// betweenForms is between for rules of texts. A line of which several rules are made is
// shown once for rules that share a fate.
func (w *lines) betweenForms(old, new []textRule) {
	var walk []Line
	add := func(op string, r textRule) {
		l := Line{Op: op, Text: r.text, Place: r.place}
		if n := len(walk); n == 0 || walk[n-1] != l {
			walk = append(walk, l)
		}
	}
	a, b := 0, 0
	for _, op := range textdiff.Steps(formsOf(old), formsOf(new)) {
		switch op {
		case textdiff.Delete:
			add(Removed, old[a])
			a++
		case textdiff.Insert:
			add(Added, new[b])
			b++
		default:
			add(Stays, new[b])
			a, b = a+1, b+1
		}
	}
	w.around(walk)
}

func formsOf(rules []textRule) []string {
	forms := make([]string, len(rules))
	for i, r := range rules {
		forms[i] = r.form
	}
	return forms
}
