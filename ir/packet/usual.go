package packet

import (
	"net/netip"
	"slices"

	"github.com/pvefw/pvefw/ir"
)

// Usual is the first packets of ordinary connections, as far as the universe can
// tell them apart: new, opening, between single addresses, from the MAC that is
// due and a port other than 0, and not over the loopback. Changes are shown by what they
// do to these.
func (u *Universe) Usual() Product {
	if u.usual != nil {
		return u.usual
	}
	p := slices.Clone(u.full)
	for d := range dimensions {
		label := p.label(u, d)
		if len(label) > 0 && d.limitsUsual() {
			u.tables[d].usual(d, u.family, label)
		}
	}
	u.usual = p
	return p
}

// limitsUsual reports whether usual packets have only some values of a dimension.
func (d dimension) limitsUsual() bool {
	switch d {
	case dimProto, dimDetail:
		return false
	}
	return true
}

// usual keeps the atoms of a label that hold a usual value.
func (t *table) usual(d dimension, f ir.Family, label []uint64) {
	kept := make([]uint64, len(label))
	var single spans // the addresses of one station
	if d == dimSource || d == dimDest {
		single = without(special(f), d.end(f))
	}
	for i, c := range t.class {
		if label[c>>6]>>(c&63)&1 != 0 && t.holdsUsual(d, f, span{t.starts[i], t.last(i)}, single) {
			kept[c>>6] |= 1 << (c & 63)
		}
	}
	if !isZero(kept) {
		copy(label, kept)
	}
}

// holdsUsual reports whether an interval holds a usual value.
func (t *table) holdsUsual(d dimension, f ir.Family, s span, single spans) bool {
	switch d {
	case dimIn, dimOut:
		return s.first != s.last || t.isOther(s.first) || t.names[s.first.lo-1] != "lo"
	case dimSource, dimDest:
		return spansMeet(spans{s}, single)
	}
	if d == dimSPort {
		return s.last != point{}
	}
	v := t.value(d, ordinary(f))
	return !v.less(s.first) && !s.last.less(v)
}

// isOther reports whether a value stands for the names that nobody lists.
func (t *table) isOther(p point) bool { return p == point{} }

// special are the addresses of more than one station, and those of "this network", which
// no station on a network has (RFC 1122, 3.2.1.3).
func special(f ir.Family) spans {
	if f == ir.V6 {
		return typeSpans(ir.Multicast, f)
	}
	nobody := span{first: pointOf(netip.IPv4Unspecified()), last: pointOf(netip.MustParseAddr("0.255.255.255"))}
	return normal(append(append(typeSpans(ir.Multicast, f), typeSpans(ir.Broadcast, f)...), nobody))
}

// Boxes cuts products into disjoint boxes, at most limit, and tells whether these
// are all.
func (u *Universe) Boxes(products []Product, limit int) ([]Box, bool) {
	return u.Union(products).Boxes(limit)
}

// UsualBoxes is Boxes for the usual packets among the products. What usual packets
// have in common is left out of the boxes, so that they say only what is special
// about them. There are none where no packet is usual.
func (u *Universe) UsualBoxes(products []Product, limit int) ([]Box, bool) {
	usual := u.Usual()
	var kept []Product
	for _, p := range products {
		if both := u.Meet(p, usual); !both.Empty() {
			kept = append(kept, both)
		}
	}
	if len(kept) == 0 {
		return nil, true
	}
	return u.Union(kept).withoutUsual(limit)
}

// UsualBoxes is Universe.UsualBoxes for the packets of a set.
func (s Set) UsualBoxes(limit int) ([]Box, bool) {
	return s.Intersect(s.universe.set(s.universe.Usual())).withoutUsual(limit)
}

// Universe is where the set lives.
func (s Set) Universe() *Universe { return s.universe }

// withoutUsual cuts a set of usual packets into boxes.
func (s Set) withoutUsual(limit int) ([]Box, bool) {
	boxes, whole := s.Boxes(limit)
	for i := range boxes {
		boxes[i].forget(s.universe, s.universe.Usual())
	}
	return boxes, whole
}

// forget drops the limits of a box that all usual packets share. Addresses of more
// than one station are counted in where that makes the list shorter.
func (b *Box) forget(u *Universe, usual Product) {
	for d := range dimensions {
		p := b.region[d]
		if p == nil || !d.limitsUsual() {
			continue
		}
		if label := usual.label(u, d); len(label) > 0 && p.equal(u.tables[d].part(label)) {
			b.region[d] = nil
		} else if d == dimSource || d == dimDest {
			with := normal(slices.Concat(p.spans, special(u.family)))
			if len(without(with, d.end(u.family))) < len(p.spans) {
				b.region[d] = &part{spans: with}
			}
		}
	}
}

func (p *part) equal(q *part) bool {
	return p.outside == q.outside && slices.Equal(p.names, q.names) && slices.Equal(p.spans, q.spans)
}

// SampleOf is a packet of one of the products, a usual one if there is any; false
// where there is no packet.
func (u *Universe) SampleOf(products []Product) (*Packet, bool) {
	usual := u.Usual()
	for _, p := range products {
		if both := u.Meet(p, usual); !both.Empty() {
			return u.sample(both), true
		}
	}
	for _, p := range products {
		if !p.Empty() {
			return u.sample(p), true
		}
	}
	return nil, false
}

// sample is a packet of a product that is not empty, as ordinary as possible.
func (u *Universe) sample(product Product) *Packet {
	p := ordinary(u.family)
	for d := range dimensions {
		label := product.label(u, d)
		if len(label) == 0 {
			continue
		}
		t := &u.tables[d]
		if d == dimFlags && p.State == ir.EstablishedState {
			p.Flags = flagACK
		}
		if !t.within(label, t.value(d, p)) {
			t.assign(d, p, t.choose(d, u.family, label))
		}
	}
	return p
}

// within reports whether a value is of one of the atoms of a label.
func (t *table) within(label []uint64, v point) bool {
	atom := t.class[t.interval(v)]
	return label[atom>>6]>>(atom&63)&1 != 0
}

// choose is a value of a label: of protocols one that people use, if there is one.
func (t *table) choose(d dimension, f ir.Family, label []uint64) point {
	if d == dimProto {
		for _, n := range []uint8{protoUDP, ownICMP(f)} {
			if v := (point{0, uint64(n)}); t.within(label, v) {
				return v
			}
		}
	}
	return t.typical(label)
}
