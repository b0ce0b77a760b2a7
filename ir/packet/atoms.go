package packet

import (
	"slices"
)

// table cuts one dimension into atoms: values that no set of the universe tells
// apart. An atom is a union of intervals, not just one: ten thousand entries of
// one address set are a single atom, and their complement another.
type table struct {
	starts []point  // first values of the intervals, ascending; the first is 0
	class  []int32  // atom of each interval; adjacent intervals differ
	pieces []int32  // number of intervals of each atom
	end    point    // last value
	names  []string // of a named dimension, ascending: name i is value i+1
	weight []float64
}

func (t *table) atoms() int { return len(t.pieces) }

// last is the last value of interval i.
func (t *table) last(i int) point {
	if i+1 < len(t.starts) {
		return t.starts[i+1].previous()
	}
	return t.end
}

// interval finds the interval that holds p.
func (t *table) interval(p point) int {
	low, high := 0, len(t.starts)
	for high-low > 1 {
		mid := int(uint(low+high) >> 1)
		if p.less(t.starts[mid]) {
			high = mid
		} else {
			low = mid
		}
	}
	return low
}

// spans are the values of the atoms whose bits are set.
func (t *table) spans(label []uint64) spans {
	var list spans
	for i, c := range t.class {
		if label[c>>6]>>(c&63)&1 != 0 {
			list = append(list, span{t.starts[i], t.last(i)})
		}
	}
	return normal(list)
}

// valueOf numbers a name; 0 is every name that the universe does not know.
func (t *table) valueOf(name string) point {
	i, ok := slices.BinarySearch(t.names, name)
	if !ok {
		return point{}
	}
	return point{0, uint64(i + 1)}
}

// numbered turns the names of a part into values. All of them must be known.
func (t *table) numbered(p *part) spans {
	list := make(spans, 0, len(p.names))
	for _, name := range p.names {
		v := t.valueOf(name)
		list = append(list, span{v, v})
	}
	list = normal(list)
	if p.outside {
		return without(list, t.end)
	}
	return list
}

// edge is a place where membership in a part changes.
type edge struct {
	at   point
	part int32
}

// mostToggles bounds the work of finding out which intervals are alike. Beyond it
// each interval is an atom, which is as exact.
const mostToggles = 1 << 22

// cut makes a table from the gathered lists: at every end of a span a new interval
// starts, and intervals that the same lists hold are one atom.
func (c *Cutter) cut(end point) table {
	if len(c.lists) == 0 {
		return table{starts: make([]point, 1), class: make([]int32, 1), pieces: []int32{1}, end: end}
	}
	c.edges = c.edges[:0]
	for i, list := range c.lists {
		for _, s := range list {
			c.edges = append(c.edges, edge{s.first, int32(i)})
			if s.last != end {
				c.edges = append(c.edges, edge{s.last.next(), int32(i)})
			}
		}
	}
	slices.SortFunc(c.edges, func(a, b edge) int { return a.at.compare(b.at) })
	starts := make([]point, 1, len(c.edges)+1)
	for _, e := range c.edges {
		if e.at != starts[len(starts)-1] {
			starts = append(starts, e.at)
		}
	}
	class := make([]int32, len(starts))
	if len(c.edges)/64*len(c.lists) > mostToggles {
		for i := range class {
			class[i] = int32(i)
		}
		return joined(table{starts: starts, class: class, end: end})
	}
	for first := 0; first < len(c.lists); first += 64 {
		refine(class, starts, c.edges, int32(first>>6))
	}
	return joined(table{starts: starts, class: class, end: end})
}

// refine splits classes by membership in 64 parts, whose bits the edges toggle.
func refine(class []int32, starts []point, edges []edge, chunk int32) {
	next := 0
	var inside uint64
	numbers := numbering{list: make([]signature, 0, min(len(starts), 64))}
	for i, start := range starts {
		for next < len(edges) && edges[next].at == start {
			if e := edges[next]; e.part>>6 == chunk {
				inside ^= 1 << (e.part & 63)
			}
			next++
		}
		class[i] = numbers.of(signature{inside, class[i]})
	}
}

// signature is what distinguishes an atom from others.
type signature struct {
	inside uint64
	class  int32
}

// numbering gives numbers from 0 in order of first use. Few signatures are found
// faster by looking through them.
type numbering struct {
	list  []signature
	index map[signature]int32
}

func (n *numbering) of(s signature) int32 {
	if n.index != nil {
		if k, ok := n.index[s]; ok {
			return k
		}
	} else {
		for k := range n.list {
			if n.list[k] == s {
				return int32(k)
			}
		}
	}
	k := int32(len(n.list))
	n.list = append(n.list, s)
	switch {
	case n.index != nil:
		n.index[s] = k
	case len(n.list) > 64:
		n.index = make(map[signature]int32, 2*len(n.list))
		for i, known := range n.list {
			n.index[known] = int32(i)
		}
	}
	return k
}

// joined joins adjacent intervals of the same class and counts.
func joined(t table) table {
	n := 0
	for i := range t.starts {
		if n > 0 && t.class[n-1] == t.class[i] {
			continue
		}
		t.starts[n], t.class[n] = t.starts[i], t.class[i]
		n++
	}
	t.starts, t.class = t.starts[:n], t.class[:n]
	atoms := int32(0)
	for _, c := range t.class {
		atoms = max(atoms, c+1)
	}
	t.pieces = make([]int32, atoms)
	for _, c := range t.class {
		t.pieces[c]++
	}
	return t
}

// express writes values as atoms into label, which is all zero and long enough.
// It reports false where the values are no union of atoms. The counts are scratch
// space, all zero before and after.
func (t *table) express(list spans, label []uint64, count []int32) bool {
	defer clear(count)
	for _, s := range list {
		i := t.interval(s.first)
		if t.starts[i] != s.first {
			return false
		}
		for ; i < len(t.starts) && !s.last.less(t.starts[i]); i++ {
			c := t.class[i]
			count[c]++
			label[c>>6] |= 1 << (c & 63)
		}
		if t.last(i-1) != s.last {
			return false
		}
	}
	for c, pieces := range t.pieces {
		if count[c] != 0 && count[c] != pieces {
			return false
		}
	}
	return true
}

// overlay cuts by two tables at once.
func overlay(a, b *table) table {
	if !slices.Equal(a.names, b.names) {
		a, b = renamed(a, b), renamed(b, a)
	}
	t := table{end: a.end, names: a.names}
	numbers := numbering{}
	for i, j := 0, 0; i < len(a.starts) && j < len(b.starts); {
		start := a.starts[i]
		if start.less(b.starts[j]) {
			start = b.starts[j]
		}
		t.starts = append(t.starts, start)
		t.class = append(t.class, numbers.of(signature{uint64(a.class[i]), b.class[j]}))
		lastA, lastB := a.last(i), b.last(j)
		if !lastB.less(lastA) {
			i++
		}
		if !lastA.less(lastB) {
			j++
		}
	}
	return joined(t)
}

// renamed is a with the names of both tables.
func renamed(a, b *table) *table {
	t := table{names: slices.Concat(a.names, b.names)}
	slices.Sort(t.names)
	t.names = slices.Compact(t.names)
	t.end = point{0, uint64(len(t.names))}
	t.starts, t.class = []point{{}}, []int32{a.class[0]}
	for i, name := range t.names {
		t.starts = append(t.starts, point{0, uint64(i + 1)})
		t.class = append(t.class, a.class[a.interval(a.valueOf(name))])
	}
	joined := joined(t)
	return &joined
}
