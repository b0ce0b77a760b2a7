package packet

// partner is what became of a universe and another one: a third that is at least
// as fine as both, and the way there. The third may be one of the two.
type partner struct {
	other, universe *Universe
	mine, others    *translation
}

// together brings two sets into one universe.
func together(s, t Set) (Set, Set) {
	if s.universe == t.universe {
		return s, t
	}
	p := s.universe.with(t.universe)
	return p.mine.set(s, p.universe), p.others.set(t, p.universe)
}

// with finds or makes the universe in which sets of u and other can be mixed. The
// last one is kept.
func (u *Universe) with(other *Universe) *partner {
	if u.family != other.family {
		panic("packet sets of IPv4 and IPv6 cannot be mixed")
	}
	if u.partner != nil && u.partner.other == other {
		return u.partner
	}
	fine := &Universe{family: u.family, cutter: u.cutter}
	sameAsU, sameAsOther := true, true
	for d := range dimensions {
		fine.tables[d] = overlay(&u.tables[d], &other.tables[d])
		sameAsU = sameAsU && fine.tables[d].refines(&u.tables[d])
		sameAsOther = sameAsOther && fine.tables[d].refines(&other.tables[d])
	}
	switch {
	case sameAsU:
		fine = u
	case sameAsOther:
		fine = other
	default:
		fine.layOut()
		fine.graph.work = max(u.graph.work, other.graph.work)
	}
	u.partner = &partner{other: other, universe: fine, mine: translate(u, fine), others: translate(other, fine)}
	return u.partner
}

// refines reports whether a table that was made from t is no finer than t.
func (fine *table) refines(t *table) bool {
	return fine.atoms() == t.atoms() && len(fine.names) == len(t.names)
}

// translation rewrites diagrams for a finer universe.
type translation struct {
	from *Universe
	atom [dimensions][][]int32 // atoms of the finer universe by atom
	done map[ref]ref
}

// translate returns nil where there is nothing to do.
func translate(from, to *Universe) *translation {
	if from == to {
		return nil
	}
	t := &translation{from: from, done: map[ref]ref{nothing: nothing, everything: everything}}
	for d := range dimensions {
		t.atom[d] = parents(&from.tables[d], &to.tables[d])
	}
	return t
}

// parents lists for each atom of a table its atoms in a finer one.
func parents(coarse, fine *table) [][]int32 {
	list := make([][]int32, coarse.atoms())
	seen := make([]bool, fine.atoms())
	for i, c := range fine.class {
		if seen[c] {
			continue
		}
		seen[c] = true
		at := fine.starts[i]
		if len(fine.names) > 0 && at.lo > 0 {
			at = coarse.valueOf(fine.names[at.lo-1])
		}
		parent := coarse.class[coarse.interval(at)]
		list[parent] = append(list[parent], c)
	}
	return list
}

// set translates both bounds.
func (t *translation) set(s Set, to *Universe) Set {
	if t == nil {
		return s
	}
	lower := t.ref(s.lower, to)
	upper := lower
	if s.lower != s.upper {
		upper = t.ref(s.upper, to)
	}
	if lower == exhausted {
		lower = nothing
	}
	if upper == exhausted {
		upper = everything
	}
	return Set{to, lower, upper}
}

// ref translates a diagram from below.
func (t *translation) ref(r ref, to *Universe) ref {
	if known, ok := t.done[r]; ok {
		return known
	}
	v := t.from.graph.vertices[r]
	kids := make([]ref, v.branches)
	for i := range kids {
		kids[i] = t.ref(t.from.graph.kids[int(v.kids)+i], to)
		if kids[i] == exhausted {
			return exhausted
		}
	}
	g := &to.graph
	base, labelBase, w := len(g.openKids), len(g.openLabels), g.words[v.dim]
	if !g.spend(len(kids) * (w + 1)) {
		return exhausted
	}
	for i, kid := range kids {
		g.openKids = append(g.openKids, kid)
		at := len(g.openLabels)
		g.openLabels = append(g.openLabels, make([]uint64, w)...)
		t.label(v.dim, t.from.graph.label(&v, int32(i)), g.openLabels[at:])
	}
	made := g.make(v.dim, base, labelBase)
	if made != exhausted {
		t.done[r] = made
	}
	return made
}

// label writes the finer atoms of a label.
func (t *translation) label(d dimension, coarse, fine []uint64) {
	for a, list := range t.atom[d] {
		if coarse[a>>6]>>(a&63)&1 == 0 {
			continue
		}
		for _, c := range list {
			fine[c>>6] |= 1 << (c & 63)
		}
	}
}
