package netlink

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"golang.org/x/sys/unix"
)

// Digest is the SHA-256 of the content as hex digits. Invariant: it is equal exactly if
// what is configured is: order of rules, elements and user data included, while handles,
// the numbers of sets in rules, what was counted and how long is left until an element
// ends are not.
func (s *Saved) Digest() string {
	var w parts
	for i := range s.tables {
		t := &s.tables[i]
		w.count(int(t.family))
		w.part([]byte(t.name))
		w.part(t.about)
		c := newContent(t)
		for _, name := range sortedKeys(c.chains) {
			w.part([]byte(name))
			w.part(c.chains[name].about)
			w.part(c.chains[name].inside)
		}
		for _, o := range sortedObjects(c.objects) {
			w.part([]byte(o.name))
			w.count(int(o.kind))
			w.part(c.objects[o])
		}
		for _, name := range sortedKeys(c.sets) {
			w.part([]byte(name))
			w.part(c.sets[name].about)
			w.part(c.sets[name].inside)
		}
		w.count(len(c.chains) + len(c.objects) + len(c.sets))
	}
	sum := sha256.Sum256(w.b)
	return hex.EncodeToString(sum[:])
}

// content is a table in a form in which equal things are equal bytes: chains with their
// rules, and the sets inside them, objects, and named sets with their elements.
type content struct {
	chains, sets map[string]described
	objects      map[object][]byte
	inner        map[string][]byte // sets of rules, by the kernel's names
}

// described is something with a definition and something inside that changes without it.
type described struct {
	about, inside []byte
	hooked        bool // a base chain
}

func newContent(t *savedTable) *content {
	c := &content{chains: map[string]described{}, sets: map[string]described{}, objects: map[object][]byte{}, inner: map[string][]byte{}}
	for i := range t.sets {
		s := &t.sets[i]
		d := described{about: s.about, inside: c.elements(s.elements)}
		if s.anonymous() {
			w := parts{}
			w.part(d.about)
			w.part(d.inside)
			c.inner[s.name] = w.b
			continue
		}
		c.sets[s.name] = d
	}
	for _, o := range t.objects {
		c.objects[o.object] = c.object(o)
	}
	for _, chain := range t.chains {
		w := parts{}
		for _, r := range chain.rules {
			w.part(c.expressions(r.get(unix.NFTA_RULE_EXPRESSIONS)))
			w.part(r.get(unix.NFTA_RULE_USERDATA))
		}
		c.chains[chain.name] = described{chain.about.without(unix.NFTA_CHAIN_COUNTERS), w.b, chain.about.get(unix.NFTA_CHAIN_HOOK) != nil}
	}
	return c
}

// elements are in the order of their bytes: the kernel has them in any.
func (c *content) elements(list []attributes) []byte {
	all := make([][]byte, len(list))
	for i, x := range list {
		all[i] = c.element(x)
	}
	slices.SortFunc(all, bytes.Compare)
	w := parts{}
	for _, x := range all {
		w.part(x)
	}
	return w.b
}

func (c *content) element(x attributes) []byte {
	w := parts{}
	eachAttribute(x, func(number uint16, v []byte) {
		switch number {
		case unix.NFTA_SET_ELEM_EXPIRATION:
			return
		case unix.NFTA_SET_ELEM_EXPR:
			v = c.expression(nil, v)
		case elementExpressions:
			v = c.expressions(v)
		}
		w.count(int(number))
		w.part(v)
	})
	return w.b
}

func (c *content) expressions(list attributes) []byte {
	var b []byte
	eachAttribute(list, func(_ uint16, v []byte) { b = c.expression(b, v) })
	return b
}

// setIn is where an expression names a set, and where one of the same transaction.
var setIn = map[string]struct{ name, id uint16 }{
	"lookup": {unix.NFTA_LOOKUP_SET, unix.NFTA_LOOKUP_SET_ID},
	"objref": {unix.NFTA_OBJREF_SET_NAME, unix.NFTA_OBJREF_SET_ID},
	"dynset": {unix.NFTA_DYNSET_SET_NAME, unix.NFTA_DYNSET_SET_ID},
}

// learnt is what an expression or object only tells of packets.
var learnt = map[string][]uint16{
	"counter": {unix.NFTA_COUNTER_BYTES, unix.NFTA_COUNTER_PACKETS},
	"quota":   {unix.NFTA_QUOTA_CONSUMED},
	"last":    {1, 2}, // NFTA_LAST_SET, NFTA_LAST_MSECS
}

// expression appends an expression. A set of the rule is what is in it.
func (c *content) expression(b []byte, x attributes) []byte {
	name := text(x.get(unix.NFTA_EXPR_NAME))
	w := parts{b}
	w.part([]byte(name))
	in, looks := setIn[name]
	eachAttribute(x.get(unix.NFTA_EXPR_DATA), func(n uint16, v []byte) {
		if slices.Contains(learnt[name], n) {
			return
		}
		if inner, own := c.inner[text(v)]; looks && n == in.name && own {
			v = inner
		}
		w.count(int(n))
		w.part(v)
	})
	w.count(0)
	return w.b
}

// kinds are the objects that count something.
var kinds = map[uint32]string{1: "counter", 2: "quota"}

func (c *content) object(o savedObject) []byte {
	w := parts{}
	w.part(o.about.get(objectUserData))
	eachAttribute(o.about.get(unix.NFTA_OBJ_DATA), func(n uint16, v []byte) {
		if !slices.Contains(learnt[kinds[o.kind]], n) {
			w.count(int(n))
			w.part(v)
		}
	})
	return w.b
}

// without leaves the attributes of a number out, but tells that they are there.
func (a attributes) without(number uint16) []byte {
	w := parts{}
	eachAttribute(a, func(n uint16, v []byte) {
		if n == number {
			v = nil
		}
		w.count(int(n))
		w.part(v)
	})
	return w.b
}

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

func sortedObjects(m map[object][]byte) []object {
	return slices.SortedFunc(maps.Keys(m), func(a, b object) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.kind, b.kind)) })
}
