package packet

import "slices"

// ref is a node of a diagram, or one of the terminals.
type ref int32

const (
	nothing    ref = 0
	everything ref = 1
	exhausted  ref = -1 // the work is used up
)

// vertex asks for one dimension: a packet whose atom is in the label of a branch
// goes on there, and is outside of the set if there is no such branch.
//
// Invariant: labels are disjoint and not empty, no branch leads to nothing, no
// two to the same vertex, and a vertex that would send every atom to the same
// place does not exist. So within a universe equal sets are the same ref.
type vertex struct {
	dim      dimension
	branches int32
	kids     int32 // place of its branches in graph.kids, ascending by ref
	labels   int32 // place of its labels in graph.labels
	next     ref   // another vertex of the same hash
}

// graph holds all vertices of a universe.
type graph struct {
	words    [dimensions]int
	full     [dimensions][]uint64
	vertices []vertex
	kids     []ref
	labels   []uint64
	buckets  map[uint64]ref
	memo     []memoEntry
	work     int

	// Stacks of branches that are being collected; recursion takes turns.
	openKids   []ref
	openLabels []uint64
	order      []int32
}

type memoEntry struct {
	op   operation
	a, b ref
	r    ref
}

const memoSize = 1 << 12

// spend takes n steps off the account.
func (g *graph) spend(n int) bool {
	g.work -= n
	if g.work < 0 {
		g.work = -1
	}
	return g.work >= 0
}

// top is the dimension that a ref asks for; terminals ask for none.
func (g *graph) top(r ref) dimension {
	if r <= everything {
		return dimensions
	}
	return g.vertices[r].dim
}

// label is the label of branch i of a vertex.
func (g *graph) label(v *vertex, i int32) []uint64 {
	w := g.words[v.dim]
	return g.labels[int(v.labels)+int(i)*w:][:w]
}

// product makes the diagram of one product, from the last dimension to the first.
func (g *graph) product(p Product) ref {
	at, below := len(p), everything
	for d := dimensions; d > 0; d-- {
		w := g.words[d-1]
		at -= w
		if w == 0 {
			continue
		}
		base := len(g.openKids)
		g.openKids = append(g.openKids, below)
		g.openLabels = append(g.openLabels, p[at:at+w]...)
		if below = g.make(d-1, base, len(g.openLabels)-w); below == exhausted {
			return exhausted
		}
	}
	return below
}

// make turns the open branches from base on into a vertex and closes them.
func (g *graph) make(d dimension, base, labelBase int) ref {
	defer g.closeTo(base, labelBase)
	g.unite(d, base, labelBase)
	kids, labels := g.openKids[base:], g.openLabels[labelBase:]
	switch {
	case len(kids) == 0:
		return nothing
	case len(kids) == 1 && slices.Equal(labels, g.full[d]):
		return kids[0]
	}
	h := hashVertex(d, kids, labels)
	for r := g.buckets[h]; r != nothing; r = g.vertices[r].next {
		v := &g.vertices[r]
		if v.dim == d && int(v.branches) == len(kids) && slices.Equal(g.kids[v.kids:][:len(kids)], kids) &&
			slices.Equal(g.labels[v.labels:][:len(labels)], labels) {
			return r
		}
	}
	if !g.spend(len(kids) + len(labels)) {
		return exhausted
	}
	if g.buckets == nil {
		g.buckets, g.vertices = map[uint64]ref{}, make([]vertex, 2, 64)
	}
	r := ref(len(g.vertices))
	g.vertices = append(g.vertices, vertex{d, int32(len(kids)), int32(len(g.kids)), int32(len(g.labels)), g.buckets[h]})
	g.kids = append(g.kids, kids...)
	g.labels = append(g.labels, labels...)
	g.buckets[h] = r
	return r
}

func (g *graph) closeTo(base, labelBase int) {
	g.openKids, g.openLabels = g.openKids[:base], g.openLabels[:labelBase]
}

// unite sorts the open branches by where they lead and joins equal ones; what
// leads to nothing goes.
func (g *graph) unite(d dimension, base, labelBase int) {
	w := g.words[d]
	n := len(g.openKids) - base
	g.order = g.order[:0]
	for i := range n {
		if g.openKids[base+i] != nothing {
			g.order = append(g.order, int32(i))
		}
	}
	kids := g.openKids[base:]
	slices.SortFunc(g.order, func(a, b int32) int { return int(kids[a] - kids[b]) })
	// The sorted branches are built behind the open ones and moved to their place.
	for _, i := range g.order {
		kid, label := g.openKids[base+int(i)], labelBase+int(i)*w
		if last := len(g.openKids) - 1; last >= base+n && g.openKids[last] == kid {
			into := len(g.openLabels) - w
			for k := range w {
				g.openLabels[into+k] |= g.openLabels[label+k]
			}
			continue
		}
		g.openKids = append(g.openKids, kid)
		g.openLabels = append(g.openLabels, g.openLabels[label:label+w]...)
	}
	m := copy(g.openKids[base:], g.openKids[base+n:])
	copy(g.openLabels[labelBase:], g.openLabels[labelBase+n*w:])
	g.closeTo(base+m, labelBase+m*w)
}

func hashVertex(d dimension, kids []ref, labels []uint64) uint64 {
	h := uint64(d) + 0x9e3779b97f4a7c15
	for _, k := range kids {
		h = (h ^ uint64(k)) * 0xff51afd7ed558ccd
		h ^= h >> 32
	}
	for _, w := range labels {
		h = (h ^ w) * 0xc4ceb9fe1a85ec53
		h ^= h >> 29
	}
	return h
}
