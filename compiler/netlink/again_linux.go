package netlink

import (
	"bytes"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// again writes a message that makes something as it was: the table, the name, where the
// thing has one beside it, and what else was kept.
func (e *encoder) again(message, named uint16, name string, about attributes, more ...func()) {
	at := e.message(message, unix.NLM_F_CREATE)
	e.text(1, e.table.Name) // the same number everywhere
	if named != 0 {
		e.text(named, name)
	}
	e.b = append(e.b, about...)
	for _, add := range more {
		add()
	}
	e.end(at)
}

func (e *encoder) againObject(o *savedObject) {
	e.again(unix.NFT_MSG_NEWOBJ, unix.NFTA_OBJ_NAME, o.name, o.about, func() { e.number(unix.NFTA_OBJ_TYPE, o.kind) })
}

// againSet makes a set and fills it. Sets of rules get another number.
func (e *encoder) againSet(s *savedSet) (id uint32) {
	e.lastID++
	id = e.lastID
	e.again(unix.NFT_MSG_NEWSET, unix.NFTA_SET_NAME, e.setName(s.like()), s.about, func() { e.number(unix.NFTA_SET_ID, id) })
	e.againElements(s, id)
	return id
}

// like is a set of the same name.
func (s *savedSet) like() *nft.Set {
	if s.anonymous() {
		return &nft.Set{Verdicts: s.flags()&unix.NFT_SET_MAP != 0}
	}
	return &nft.Set{Name: s.name}
}

// againElements fills a set. Ends of ranges come in order, as nft sends them.
func (e *encoder) againElements(s *savedSet, id uint32) {
	elements := s.elements
	if s.flags()&unix.NFT_SET_INTERVAL != 0 {
		elements = slices.SortedStableFunc(slices.Values(elements), func(a, b attributes) int {
			if c := bytes.Compare(a.get(unix.NFTA_SET_ELEM_KEY), b.get(unix.NFTA_SET_ELEM_KEY)); c != 0 {
				return c
			}
			return int(number32(b.get(unix.NFTA_SET_ELEM_FLAGS))&unix.NFT_SET_ELEM_INTERVAL_END) - int(number32(a.get(unix.NFTA_SET_ELEM_FLAGS))&unix.NFT_SET_ELEM_INTERVAL_END)
		})
	}
	l := list{encoder: e, message: unix.NFT_MSG_NEWSETELEM, set: s.like(), id: id}
	for _, x := range elements {
		l.put(x)
	}
	l.finish()
}

// put writes an element that was kept.
func (l *list) put(x attributes) {
	at := l.open()
	l.b = append(l.b, x...)
	l.close(at)
}

// rules puts rules behind those of a chain, each behind the sets that belong to it.
func (r *restorer) rules(e *encoder, c *savedChain) {
	for _, rule := range c.rules {
		e.own(owner{table: e.table, chain: &nft.Chain{Name: c.name}})
		ids := map[string]uint32{}
		var names []string
		eachAttribute(rule.get(unix.NFTA_RULE_EXPRESSIONS), func(_ uint16, v []byte) {
			if name := setOf(v); name != "" {
				names = append(names, name)
			}
		})
		for _, name := range names {
			if s := r.sets[name]; s != nil && s.anonymous() {
				ids[name] = e.againSet(s)
			}
		}
		at := e.message(unix.NFT_MSG_NEWRULE, unix.NLM_F_CREATE|unix.NLM_F_APPEND)
		e.text(unix.NFTA_RULE_TABLE, e.table.Name)
		e.text(unix.NFTA_RULE_CHAIN, c.name)
		list := e.nest(unix.NFTA_RULE_EXPRESSIONS)
		eachAttribute(rule.get(unix.NFTA_RULE_EXPRESSIONS), func(_ uint16, v []byte) { r.expression(e, v, ids) })
		e.close(list)
		if data := rule.get(unix.NFTA_RULE_USERDATA); data != nil {
			e.value(unix.NFTA_RULE_USERDATA, data)
		}
		e.end(at)
	}
}

// setOf is the set that an expression looks into.
func setOf(x attributes) string {
	in, looks := setIn[text(x.get(unix.NFTA_EXPR_NAME))]
	if !looks {
		return ""
	}
	return text(x.get(unix.NFTA_EXPR_DATA).get(in.name))
}

// expression writes an expression as it was, but for the number of a set of the rule.
func (r *restorer) expression(e *encoder, x attributes, ids map[string]uint32) {
	set := setOf(x)
	id := ids[set]
	if id == 0 {
		e.value(unix.NFTA_LIST_ELEM|unix.NLA_F_NESTED, x)
		return
	}
	name := text(x.get(unix.NFTA_EXPR_NAME))
	at := e.nest(unix.NFTA_LIST_ELEM)
	e.text(unix.NFTA_EXPR_NAME, name)
	data := e.nest(unix.NFTA_EXPR_DATA)
	eachAttribute(x.get(unix.NFTA_EXPR_DATA), func(n uint16, v []byte) {
		if n == setIn[name].name {
			e.text(n, e.setName(r.sets[set].like()))
			e.number(setIn[name].id, id)
			return
		}
		e.value(n, v)
	})
	e.close(data)
	e.close(at)
}
