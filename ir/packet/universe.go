package packet

import (
	"slices"

	"github.com/pvefw/pvefw/ir"
)

// Universe is where packet sets of one family live: each dimension is cut into
// atoms by the matches that the universe was made for, and sets are combinations
// of atoms. Sets of two universes of a family may be mixed; then both are cut
// anew, so whoever combines many sets makes one universe for all of them. It is
// not for concurrent use, and keeps what its sets need until it is dropped.
type Universe struct {
	family  ir.Family
	cutter  *Cutter
	tables  [dimensions]table
	offset  [dimensions]int // of a dimension's words in a Product
	words   [dimensions]int // 0 for a dimension of one atom
	full    Product
	usual   Product // made on first use
	narrow  bool    // no dimension has more than one word
	count   []int32
	graph   graph
	partner *partner // what was mixed with last
}

// DefaultWork is the work a universe may do unless SetWork says otherwise: about
// a second.
const DefaultWork = 1 << 23

// NewUniverse makes the universe of all packets of family f in which the matches
// can be told apart.
func NewUniverse(f ir.Family, matches ...*ir.Match) *Universe {
	u, _ := NewCutter(f).read(matches)
	return u
}

// layOut gives each dimension its place in a Product.
func (u *Universe) layOut() {
	total, most := 0, 0
	u.narrow = true
	for d := range dimensions {
		n := u.tables[d].atoms()
		most = max(most, n)
		u.offset[d] = total
		if n > 1 {
			u.words[d] = (n + 63) / 64
		}
		u.narrow = u.narrow && u.words[d] <= 1
		total += u.words[d]
	}
	u.full = make(Product, total)
	for d := range dimensions {
		label := u.full.label(u, d)
		for a := range u.tables[d].atoms() {
			if len(label) > 0 {
				label[a>>6] |= 1 << (a & 63)
			}
		}
	}
	u.count = make([]int32, most)
	u.graph.words = u.words
	u.graph.work = DefaultWork
	for d := range dimensions {
		u.graph.full[d] = u.full.label(u, d)
	}
}

// Family is the family of all packets of the universe.
func (u *Universe) Family() ir.Family { return u.family }

// SetWork bounds what all operations on sets of this universe may do from now on,
// in steps of roughly 100 ns. Behind the bound operations still answer, but may
// answer Unknown.
func (u *Universe) SetWork(steps int) { u.graph.work = steps }

// Work is what is left of the work; see SetWork.
func (u *Universe) Work() int { return max(u.graph.work, 0) }

// All is the set of all packets.
func (u *Universe) All() Set { return Set{u, everything, everything} }

// None is the empty set.
func (u *Universe) None() Set { return Set{u, nothing, nothing} }

// Match is the set of packets that Evaluator.Matches finds to match.
func (u *Universe) Match(m *ir.Match) Set { return u.region(u.cutter.reader.region(m)) }

// region is a region as a set, of a finer universe if need be.
func (u *Universe) region(g region) Set {
	if !u.graph.spend(1 + len(u.full)/16) {
		return Set{u, nothing, everything}
	}
	product, ok := u.express(&g)
	if !ok {
		finer := u.with(u.cutter.universe([]region{g})).universe
		product, ok = finer.express(&g)
		if !ok {
			panic("unreachable: a universe cut by a region cannot express it")
		}
		u = finer
	}
	return u.set(product)
}

// set is a product as a set.
func (u *Universe) set(p Product) Set {
	if p.Empty() {
		return u.None()
	}
	r := u.graph.product(p)
	if r == exhausted {
		return Set{u, nothing, everything}
	}
	return Set{u, r, r}
}

// Product is the match as a product of atoms, and false where the universe was
// not made for it.
func (u *Universe) Product(m *ir.Match) (Product, bool) {
	g := u.cutter.reader.region(m)
	return u.express(&g)
}

// express finds the atoms of a region.
func (u *Universe) express(g *region) (Product, bool) {
	product := slices.Clone(u.full)
	one := make([]uint64, 1)
	for d, p := range g {
		if p == nil {
			continue
		}
		t := &u.tables[d]
		list := p.spans
		if dimension(d).named() {
			if !t.knows(p.names) {
				return nil, false
			}
			list = t.numbered(p)
		}
		label := product.label(u, dimension(d))
		if len(label) == 0 {
			label = one
		}
		clear(label)
		if !t.express(list, label, u.count) {
			return nil, false
		}
		if isZero(label) {
			return nil, true
		}
	}
	return product, true
}

func (t *table) knows(names []string) bool {
	for _, name := range names {
		if _, ok := slices.BinarySearch(t.names, name); !ok {
			return false
		}
	}
	return true
}
