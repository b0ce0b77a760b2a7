package packet

import "math/bits"

// Product is a box of one universe: a set of atoms per dimension, as bits, and
// the packets that have all of their values in it. It is what a single rule is;
// nil is the empty one. Products are not changed once made.
type Product []uint64

// label is the bits of one dimension; empty where the universe has one atom.
func (p Product) label(u *Universe, d dimension) []uint64 {
	return p[u.offset[d] : u.offset[d]+u.words[d]]
}

// Empty reports whether no packet is in p.
func (p Product) Empty() bool { return p == nil }

func isZero(label []uint64) bool {
	for _, w := range label {
		if w != 0 {
			return false
		}
	}
	return true
}

// Union is the packets of any of the products, as a set.
func (u *Universe) Union(list []Product) Set {
	all := u.None()
	for _, p := range list {
		all = all.Union(u.set(p))
	}
	return all
}

// Meets reports whether a packet is in both; both must be of u and not empty.
func (u *Universe) Meets(p, q Product) bool {
	if u.narrow {
		for i, w := range p {
			if w&q[i] == 0 {
				return false
			}
		}
		return true
	}
	for d := range dimensions {
		if n := u.words[d]; n > 0 && !meets(p[u.offset[d]:][:n], q[u.offset[d]:][:n]) {
			return false
		}
	}
	return true
}

func meets(a, b []uint64) bool {
	for i, w := range a {
		if w&b[i] != 0 {
			return true
		}
	}
	return false
}

// Within reports whether all packets of p are in q.
func (p Product) Within(q Product) bool {
	for i, w := range p {
		if w&^q[i] != 0 {
			return false
		}
	}
	return true
}

// Meet is the intersection.
func (u *Universe) Meet(p, q Product) Product {
	if p.Empty() || q.Empty() || !u.Meets(p, q) {
		return nil
	}
	both := make(Product, len(p))
	for i, w := range p {
		both[i] = w & q[i]
	}
	return both
}

// Minus appends p without q to rest, as disjoint products. It asks for one
// dimension after the other: what differs there is left over, the rest goes on.
func (u *Universe) Minus(p, q Product, rest []Product) []Product {
	if !u.Meets(p, q) {
		return append(rest, p)
	}
	inner := p
	for d := range dimensions {
		at, n := u.offset[d], u.words[d]
		if !differs(inner[at:at+n], q[at:at+n]) {
			continue
		}
		outer := make(Product, 2*len(p))
		outer, next := outer[:len(p):len(p)], outer[len(p):]
		copy(outer, inner)
		copy(next, inner)
		for i := at; i < at+n; i++ {
			outer[i] &^= q[i]
			next[i] &= q[i]
		}
		rest = append(rest, outer)
		inner = next
	}
	return rest
}

func differs(a, b []uint64) bool {
	for i, w := range a {
		if w&^b[i] != 0 {
			return true
		}
	}
	return false
}

// Size estimates how many packets are in p, to compare boxes by. Dimensions that
// do not exist for a protocol count as if they did.
func (u *Universe) Size(p Product) float64 {
	if p.Empty() {
		return 0
	}
	size := 1.0
	for d := range dimensions {
		label := p.label(u, d)
		if len(label) == 0 {
			continue
		}
		weights := u.tables[d].weights()
		sum := 0.0
		for i, w := range label {
			for ; w != 0; w &= w - 1 {
				sum += weights[i*64+bits.TrailingZeros64(w)]
			}
		}
		size *= sum
	}
	return size
}

// weights is the share of each atom in its dimension, made on first use.
func (t *table) weights() []float64 {
	if t.weight == nil {
		t.weight = make([]float64, t.atoms())
		whole := t.end.float() + 1
		for i, c := range t.class {
			t.weight[c] += (t.last(i).float() - t.starts[i].float() + 1) / whole
		}
	}
	return t.weight
}

func (p point) float() float64 { return float64(p.hi)*(1<<64) + float64(p.lo) }
