package packet

// operation combines two diagrams of a universe.
type operation uint8

const (
	union operation = iota
	intersection
	difference
)

// terminal answers what needs no look into the diagrams.
func (op operation) terminal(a, b ref) (ref, bool) {
	switch op {
	case union:
		switch {
		case a == everything || b == everything:
			return everything, true
		case a == nothing || a == b:
			return b, true
		case b == nothing:
			return a, true
		}
	case intersection:
		switch {
		case a == nothing || b == nothing:
			return nothing, true
		case a == everything || a == b:
			return b, true
		case b == everything:
			return a, true
		}
	case difference:
		switch {
		case a == nothing || b == everything || a == b:
			return nothing, true
		case b == nothing:
			return a, true
		}
	}
	return nothing, false
}

// apply combines; exhausted when the work is used up.
func (g *graph) apply(op operation, a, b ref) ref {
	if a == exhausted || b == exhausted {
		return exhausted
	}
	if r, ok := op.terminal(a, b); ok {
		return r
	}
	if op != difference && b < a {
		a, b = b, a
	}
	if !g.spend(1) {
		return exhausted
	}
	if g.memo == nil {
		g.memo = make([]memoEntry, memoSize)
	}
	h := (uint64(a)*0x9e3779b97f4a7c15 ^ uint64(b)*0xc4ceb9fe1a85ec53 ^ uint64(op)) * 0xff51afd7ed558ccd >> 33
	slot := h & uint64(len(g.memo)-1)
	if m := g.memo[slot]; m.op == op && m.a == a && m.b == b {
		return m.r
	}
	r := g.combine(op, a, b)
	if r != exhausted {
		g.remember(h, memoEntry{op, a, b, r})
	}
	return r
}

// remember keeps a result, in a table that grows with the graph. A lost result is
// only work.
func (g *graph) remember(h uint64, e memoEntry) {
	if len(g.vertices) > len(g.memo) && len(g.memo) < 1<<18 {
		g.memo = make([]memoEntry, 4*len(g.memo))
	}
	g.memo[h&uint64(len(g.memo)-1)] = e
}

// combine pairs the branches of both sides at their first dimension.
func (g *graph) combine(op operation, a, b ref) ref {
	d := min(g.top(a), g.top(b))
	w := g.words[d]
	base, labelBase := len(g.openKids), len(g.openLabels)
	countA := g.open(a, d, op != intersection && op != difference)
	countB := g.open(b, d, op != intersection)
	base2, labelBase2 := len(g.openKids), len(g.openLabels)
	if !g.spend(countA * countB * w / 4) {
		g.closeTo(base, labelBase)
		return exhausted
	}
	for i := range countA {
		for j := range countB {
			labelA, labelB := labelBase+i*w, labelBase+(countA+j)*w
			if !meets(g.openLabels[labelA:labelA+w], g.openLabels[labelB:labelB+w]) {
				continue
			}
			kid := g.apply(op, g.openKids[base+i], g.openKids[base+countA+j])
			if kid == exhausted {
				g.closeTo(base, labelBase)
				return exhausted
			}
			g.openKids = append(g.openKids, kid)
			for k := range w {
				g.openLabels = append(g.openLabels, g.openLabels[labelA+k]&g.openLabels[labelB+k])
			}
		}
	}
	r := g.make(d, base2, labelBase2)
	g.closeTo(base, labelBase)
	return r
}

// open puts the branches of r at dimension d on the stack, with rest also the one
// to nothing, and returns how many there are.
func (g *graph) open(r ref, d dimension, rest bool) int {
	if g.top(r) != d {
		g.openKids = append(g.openKids, r)
		g.openLabels = append(g.openLabels, g.full[d]...)
		return 1
	}
	v := &g.vertices[r]
	n, w := int(v.branches), g.words[d]
	labels := g.labels[v.labels:][:n*w]
	g.openKids = append(g.openKids, g.kids[v.kids:][:n]...)
	g.openLabels = append(g.openLabels, labels...)
	if !rest {
		return n
	}
	start, some := len(g.openLabels), false
	for k := range w {
		left := g.full[d][k]
		for i := range n {
			left &^= labels[i*w+k]
		}
		g.openLabels = append(g.openLabels, left)
		some = some || left != 0
	}
	if !some {
		g.openLabels = g.openLabels[:start]
		return n
	}
	g.openKids = append(g.openKids, nothing)
	return n + 1
}
