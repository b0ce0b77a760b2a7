package analysis

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/pvefw/pvefw/ir"
)

// This file is a second opinion: a plain binary decision diagram over the bits of
// a packet, without atoms, intervals or any of the package's own code. It is also
// what the benchmarks compare with.

type bddNode struct{ level, low, high int32 }

type bddKey struct {
	op   byte
	a, b int32
}

// bdd knows 0 and 1 as terminals.
type bdd struct {
	nodes  []bddNode
	unique map[bddNode]int32
	memo   map[bddKey]int32
	sets   map[*ir.Set]int32
	family ir.Family
}

func newBDD(f ir.Family) *bdd {
	last := bddNode{level: 1 << 20}
	return &bdd{nodes: []bddNode{last, last}, unique: map[bddNode]int32{}, memo: map[bddKey]int32{}, sets: map[*ir.Set]int32{}, family: f}
}

// Where the fields start, in bits.
const (
	bddProto = iota * 8
	bddDPort
	_
	bddSPort
	_
	bddState
	bddType
	_
	bddSource
	bddDest = bddSource + 128
)

func (b *bdd) node(level, low, high int32) int32 {
	if low == high {
		return low
	}
	n := bddNode{level, low, high}
	if r, ok := b.unique[n]; ok {
		return r
	}
	r := int32(len(b.nodes))
	b.nodes = append(b.nodes, n)
	b.unique[n] = r
	return r
}

// apply is '&', '|' or '-'.
func (b *bdd) apply(op byte, x, y int32) int32 {
	switch {
	case x <= 1 && y <= 1:
		switch op {
		case '&':
			return x & y
		case '|':
			return x | y
		}
		return x &^ y
	case op == '&' && (x == 0 || y == 0), op == '-' && (x == 0 || y == 1):
		return 0
	case op == '|' && (x == 1 || y == 1):
		return 1
	}
	key := bddKey{op, x, y}
	if r, ok := b.memo[key]; ok {
		return r
	}
	m, n := b.nodes[x], b.nodes[y]
	level := min(m.level, n.level)
	xl, xh, yl, yh := x, x, y, y
	if m.level == level {
		xl, xh = m.low, m.high
	}
	if n.level == level {
		yl, yh = n.low, n.high
	}
	r := b.node(level, b.apply(op, xl, yl), b.apply(op, xh, yh))
	b.memo[key] = r
	return r
}

// atLeast is the values of a field that are bytes or more; atMost those up to it.
func (b *bdd) atLeast(field int, bytes []byte) int32 { return b.bound(field, bytes, true) }
func (b *bdd) atMost(field int, bytes []byte) int32  { return b.bound(field, bytes, false) }

func (b *bdd) bound(field int, bytes []byte, least bool) int32 {
	r := int32(1)
	for i := len(bytes)*8 - 1; i >= 0; i-- {
		set := bytes[i/8]>>(7-i%8)&1 == 1
		switch {
		case set && least:
			r = b.node(int32(field+i), 0, r)
		case set:
			r = b.node(int32(field+i), 1, r)
		case least:
			r = b.node(int32(field+i), r, 1)
		default:
			r = b.node(int32(field+i), r, 0)
		}
	}
	return r
}

func (b *bdd) between(field int, first, last []byte) int32 {
	return b.apply('&', b.atLeast(field, first), b.atMost(field, last))
}

func (b *bdd) prefix(field int, p netip.Prefix) int32 {
	if p.Addr().Is4() != (b.family == ir.V4) {
		return 0
	}
	r, bytes := int32(1), p.Addr().AsSlice()
	for i := p.Bits() - 1; i >= 0; i-- {
		if bytes[i/8]>>(7-i%8)&1 == 1 {
			r = b.node(int32(field+i), 0, r)
		} else {
			r = b.node(int32(field+i), r, 0)
		}
	}
	return r
}

func (b *bdd) addr(field int, a *ir.Addr) int32 {
	if a.Set != nil {
		r, ok := b.sets[a.Set]
		if !ok || field != bddSource {
			r = b.members(field, a.Set)
		}
		if field == bddSource {
			b.sets[a.Set] = r
		}
		if a.Negated {
			return b.apply('-', 1, r)
		}
		return r
	}
	if a.Range != nil {
		return b.between(field, a.Range.First.AsSlice(), a.Range.Last.AsSlice())
	}
	r := int32(0)
	for _, p := range a.Prefixes {
		r = b.apply('|', r, b.prefix(field, p))
	}
	return r
}

// members lets longer prefixes overrule shorter ones.
func (b *bdd) members(field int, s *ir.Set) int32 {
	entries := slices.Clone(s.Entries)
	slices.SortStableFunc(entries, func(x, y ir.SetEntry) int { return cmp.Compare(x.Prefix.Bits(), y.Prefix.Bits()) })
	r := int32(0)
	for _, e := range entries {
		op := byte('|')
		if e.NoMatch {
			op = '-'
		}
		r = b.apply(op, r, b.prefix(field, e.Prefix))
	}
	return r
}

func (b *bdd) ports(field int, p *ir.Ports) int32 {
	r := int32(0)
	for _, x := range p.Ranges {
		r = b.apply('|', r, b.between(field, []byte{byte(x.First >> 8), byte(x.First)}, []byte{byte(x.Last >> 8), byte(x.Last)}))
	}
	protos := int32(0)
	for _, n := range []byte{6, 17, 33, 132, 136} {
		protos = b.apply('|', protos, b.between(bddProto, []byte{n}, []byte{n}))
	}
	return b.apply('&', r, protos)
}

// match knows what the tests' rules use. There are five states, not 256.
func (b *bdd) match(m *ir.Match) int32 {
	r := b.atMost(bddState, []byte{4})
	and := func(x int32) { r = b.apply('&', r, x) }
	if m.Source != nil {
		and(b.addr(bddSource, m.Source))
	}
	if m.Dest != nil {
		and(b.addr(bddDest, m.Dest))
	}
	if m.Proto != nil && m.Proto.Number != 0 {
		and(b.between(bddProto, []byte{m.Proto.Number}, []byte{m.Proto.Number}))
	}
	if m.DPort != nil {
		and(b.ports(bddDPort, m.DPort))
	}
	if m.SPort != nil {
		and(b.ports(bddSPort, m.SPort))
	}
	if m.State != 0 {
		states := int32(0)
		for n := range 5 {
			if m.State>>n&1 == 1 {
				states = b.apply('|', states, b.between(bddState, []byte{byte(n)}, []byte{byte(n)}))
			}
		}
		and(states)
	}
	if c := m.ICMP; c != nil {
		number := byte(1)
		if c.V6 {
			number = 58
		}
		and(b.between(bddProto, []byte{number}, []byte{number}))
		if c.V6 != (b.family == ir.V6) {
			return 0
		}
		if !c.Any {
			and(b.between(bddType, []byte{c.Type, byte(max(c.Code, 0))}, []byte{c.Type, byte(c.Code)}))
		}
	}
	return r
}

// covered is what the package is for, in the plainest way: for each rule, whether
// it is empty and whether the union of the earlier ones holds it.
func (b *bdd) covered(rules []*ir.Rule) (empty, covered []bool) {
	earlier := int32(0)
	for _, r := range rules {
		m := b.match(&r.Match)
		empty = append(empty, m == 0)
		covered = append(covered, b.apply('-', m, earlier) == 0)
		earlier = b.apply('|', earlier, m)
	}
	return empty, covered
}
