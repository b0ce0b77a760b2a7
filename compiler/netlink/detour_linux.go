package netlink

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// This file finds the way back to a saved ruleset whose sets or bodies are in force with
// other content. They must have their names again, and cannot change in place together
// with rules. So the saved ruleset comes into force under other names first.

// detour is the saved ruleset under names that what is in force does not have; nil where
// no name has another content.
func detour(now, then *Saved) *Saved {
	out := &Saved{}
	needed := false
	for i := range then.tables {
		t := &then.tables[i]
		if old := now.table(t); old != nil {
			if other := findOther(old, t); len(other.sets)+len(other.chains) > 0 {
				needed = true
				t = other.table(t)
			}
		}
		out.tables = append(out.tables, *t)
	}
	if !needed {
		return nil
	}
	return out
}

// otherNames are names of sets and bodies that go by others on the way.
type otherNames struct{ sets, chains map[string]string }

// findOther names what a table has with other content than the one in force, and the
// bodies of rules that look into it.
func findOther(old, t *savedTable) otherNames {
	was, is := newContent(old), newContent(t)
	o := otherNames{map[string]string{}, map[string]string{}}
	free := func(name func(n int) string) string {
		for n := 0; ; n++ {
			made := name(n)
			if was.has(made) || is.has(made) {
				continue
			}
			return made
		}
	}
	for name, d := range is.sets {
		if x, there := was.sets[name]; there && (!bytes.Equal(x.about, d.about) || !bytes.Equal(x.inside, d.inside)) {
			own, _, _ := strings.Cut(name, "/")
			o.sets[name] = free(func(n int) string { return fmt.Sprintf("%s/%08x", own, n) })
		}
	}
	for _, c := range t.chains {
		x, there := was.chains[c.name]
		body, ok := nft.BodyOf(c.name)
		if ok && (there && !bytes.Equal(x.inside, is.chains[c.name].inside) || there && o.in(c.rules)) {
			o.chains[c.name] = free(func(n int) string { body.Mark = fmt.Sprintf("%08x", n); return body.Body() })
		}
	}
	return o
}

// has reports whether a chain or a set has a name.
func (c *content) has(name string) bool {
	_, chain := c.chains[name]
	_, set := c.sets[name]
	return chain || set
}

// in reports whether rules look into a set that goes by another name.
func (o otherNames) in(rules []attributes) bool {
	found := false
	for _, r := range rules {
		eachAttribute(r.get(unix.NFTA_RULE_EXPRESSIONS), func(_ uint16, x []byte) {
			_, other := o.sets[setOf(x)]
			found = found || other
		})
	}
	return found
}

// table is a table under the other names.
func (o otherNames) table(t *savedTable) *savedTable {
	out := *t
	out.chains, out.sets = nil, nil
	for _, c := range t.chains {
		made := savedChain{name: named(o.chains, c.name), about: c.about}
		for _, r := range c.rules {
			made.rules = append(made.rules, o.rule(r))
		}
		out.chains = append(out.chains, made)
	}
	for _, s := range t.sets {
		s.name = named(o.sets, s.name)
		out.sets = append(out.sets, s)
	}
	return &out
}

func named(others map[string]string, name string) string {
	if other, ok := others[name]; ok {
		return other
	}
	return name
}

// rule says the other names in a rule.
func (o otherNames) rule(r attributes) attributes {
	w := wire{}
	eachAttribute(r, func(n uint16, v []byte) {
		if n != unix.NFTA_RULE_EXPRESSIONS {
			w.value(n, v)
			return
		}
		list := w.nest(n)
		eachAttribute(v, func(_ uint16, x []byte) {
			at := w.nest(unix.NFTA_LIST_ELEM)
			o.expression(&w, x)
			w.close(at)
		})
		w.close(list)
	})
	return w.b
}

// toChain is where an expression names the chain that it leads to.
var toChain = []uint16{unix.NFTA_EXPR_DATA, unix.NFTA_IMMEDIATE_DATA, unix.NFTA_DATA_VERDICT, unix.NFTA_VERDICT_CHAIN}

func (o otherNames) expression(w *wire, x attributes) {
	name := text(x.get(unix.NFTA_EXPR_NAME))
	in, looks := setIn[name]
	switch {
	case looks:
		reword(w, x, []uint16{unix.NFTA_EXPR_DATA, in.name}, o.sets)
	case name == "immediate":
		reword(w, x, toChain, o.chains)
	default:
		w.b = append(w.b, x...)
		w.pad()
	}
}

// reword copies attributes, with another name in the one that a path leads to.
func reword(w *wire, a attributes, path []uint16, others map[string]string) {
	eachAttribute(a, func(n uint16, v []byte) {
		switch {
		case n != path[0]:
			w.value(n, v)
		case len(path) == 1:
			w.text(n, named(others, text(v)))
		default:
			at := w.nest(n)
			reword(w, v, path[1:], others)
			w.close(at)
		}
	})
}
