package packet

import (
	"math/bits"

	"github.com/pvefw/pvefw/ir"
)

// Box is a set of packets that one conjunction describes: a list of values per
// field, with no field depending on another. String and Text write it for people.
type Box struct {
	family ir.Family
	region region
}

// Family is the family of the box's packets.
func (b Box) Family() ir.Family { return b.family }

// Set is the box as a set, in a universe of its own.
func (b Box) Set() Set {
	var own region // parts belong to the Cutter that reads them
	for d, p := range b.region {
		if p != nil {
			own[d] = &part{spans: p.spans, names: p.names, outside: p.outside}
		}
	}
	return NewUniverse(b.family).region(own)
}

// Boxes cuts s into disjoint boxes, at most limit. The second result is false
// where these are not all of s, because there are more or because s is inexact;
// of an inexact set the boxes are of its lower bound.
func (s Set) Boxes(limit int) ([]Box, bool) {
	w := &boxing{universe: s.universe, limit: limit, whole: s.Exact()}
	w.walk(s.lower)
	return w.boxes, w.whole
}

// boxing walks all paths of a diagram: each is a box.
type boxing struct {
	universe *Universe
	limit    int
	labels   [dimensions][]uint64 // of the path so far; nil for no restriction
	boxes    []Box
	whole    bool
}

func (w *boxing) walk(r ref) {
	switch {
	case r == nothing:
		return
	case len(w.boxes) >= w.limit:
		w.whole = false
		return
	case r == everything:
		w.path()
		return
	}
	g := &w.universe.graph
	v := g.vertices[r]
	for i := range v.branches {
		w.labels[v.dim] = g.label(&v, i)
		w.walk(g.kids[v.kids+i])
	}
	w.labels[v.dim] = nil
}

// path makes a box of the current path.
func (w *boxing) path() {
	b := Box{family: w.universe.family}
	for d, label := range w.labels {
		if label != nil {
			b.region[d] = w.universe.tables[d].part(label)
		}
	}
	w.boxes = append(w.boxes, b.apart()...)
}

// part is a label as values; of names as words.
func (t *table) part(label []uint64) *part {
	list := t.spans(label)
	if len(t.names) == 0 {
		return &part{spans: list}
	}
	p := &part{outside: list.holds(point{})}
	for i, name := range t.names {
		if list.holds(point{0, uint64(i + 1)}) != p.outside {
			p.names = append(p.names, name)
		}
	}
	return p
}

// apart divides a box that limits ports and ICMP types by the same numbers.
func (b Box) apart() []Box {
	if b.region[dimDetail] == nil || b.region[dimProto] == nil {
		return []Box{b}
	}
	own := protocols(ownICMP(b.family))
	types, ports := b.protocols(), b.protocols()
	types.keep(own)
	for i := range ports {
		ports[i] &^= own[i]
	}
	if types == (protoSet{}) || ports == (protoSet{}) {
		return []Box{b}
	}
	second := b
	b.region[dimProto], second.region[dimProto] = &part{spans: ports.spans()}, &part{spans: types.spans()}
	return []Box{b, second}
}

// protocols are the protocols of a box.
func (b Box) protocols() protoSet {
	p := b.region[dimProto]
	if p == nil {
		return everyProto
	}
	var s protoSet
	for _, r := range p.spans {
		for n := r.first.lo; n <= r.last.lo; n++ {
			s[n>>6] |= 1 << (n & 63)
		}
	}
	return s
}

// only is the protocol of a box that has just one.
func (s protoSet) only() (uint8, bool) {
	found := 0
	var number uint8
	for i, w := range s {
		if w != 0 {
			found += bits.OnesCount64(w)
			number = uint8(i*64 + bits.TrailingZeros64(w))
		}
	}
	return number, found == 1
}
