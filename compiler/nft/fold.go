package nft

import (
	"bytes"
	"slices"
	"strconv"
)

// How much is folded together. A run is compared pair by pair, so it is bounded.
const (
	longestRun   = 128
	mostElements = 1024
	fewestValues = 3 // lines that differ in one field
	fewestTuples = 4 // lines that differ in several
)

// fold replaces neighbouring lines by look-ups in sets and maps that decide every
// packet alike. In a run the order does not matter: any two lines have the same
// verdict, or no packet in common.
func (k *stock) fold(lines []line) []line {
	out := k.take()
	for i := 0; i < len(lines); {
		n := run(lines[i:])
		if n < fewestValues {
			out = append(out, lines[i:i+n]...)
		} else {
			out = k.foldRun(out, lines[i:i+n])
		}
		i += n
	}
	return out
}

// run returns how many lines from the first one on may stand in any order. What is
// logged, or goes on behind, stands alone.
func run(lines []line) int {
	n := 0
	for n < len(lines) && n < longestRun && foldable(&lines[n]) && commutes(lines[:n], &lines[n]) {
		n++
	}
	return max(n, 1)
}

func foldable(l *line) bool { return l.log == "" && l.act.ends() && l.dispatch == nil }

func commutes(before []line, l *line) bool {
	for i := range before {
		if before[i].act != l.act && !apart(&before[i], l) {
			return false
		}
	}
	return true
}

// apart reports whether no packet is in both lines.
func apart(a, b *line) bool {
	for i := range a.conds {
		spans := b.spansOf(a.conds[i].field)
		if spans != nil && !overlap(a.conds[i].spans, spans) {
			return true
		}
	}
	return false
}

// overlap compares two ordered lists.
func overlap(a, b []Span) bool {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].meets(b[j]):
			return true
		case a[i].Last.Less(b[j].First):
			i++
		default:
			j++
		}
	}
	return false
}

// foldRun groups the lines of a run by shape and folds each group. Groups come in
// the order of their first lines.
func (k *stock) foldRun(out, lines []line) []line {
	groups := k.groups[:0]
	for i := range lines {
		k.shape = appendShape(k.shape[:0], &lines[i])
		at := slices.IndexFunc(groups, func(g group) bool { return bytes.Equal(g.shape, k.shape) })
		if at < 0 {
			at = len(groups)
			groups = slices.Grow(groups, 1)[:at+1]
			g := &groups[at] // of an earlier run, maybe: its memory is used again
			g.shape, g.lines = append(g.shape[:0], k.shape...), g.lines[:0]
		}
		groups[at].lines = append(groups[at].lines, &lines[i])
	}
	for i := range groups {
		out = k.foldGroup(out, groups[i].lines)
	}
	k.groups = groups
	return out
}

// group are the lines of a run that have a shape.
type group struct {
	shape []byte
	lines []*line
}

// appendShape writes what lines have in common that can be folded: the fields they restrict,
// the protocol, everything that no set can hold, and an act that no map can.
func appendShape(b []byte, l *line) []byte {
	for i := range l.conds {
		c := &l.conds[i]
		b = append(b, byte(c.field))
		if c.field == L4Proto {
			b = appendSpans(b, c.field, c.spans)
		}
	}
	for _, s := range l.rest {
		b = appendStmt(append(b, ' '), s)
	}
	if _, ok := l.act.verdict(); !ok {
		b = strconv.AppendUint(append(b, '/'), uint64(l.act.first)<<16|uint64(l.act.last), 10)
	}
	return b
}

// foldGroup folds lines of one shape by the fields in which they differ.
func (k *stock) foldGroup(out []line, group []*line) []line {
	if len(group) < fewestValues {
		return plain(out, group)
	}
	varying := differing(group)
	one := sameAct(group)
	switch {
	case len(varying) == 0:
		return append(out, k.joined(group)) // all alike: the first one decides
	case len(varying) == 1 && one:
		return append(out, k.union(group, varying[0]))
	case len(varying) > 1 && len(group) < fewestTuples:
		return plain(out, group)
	}
	return k.tabulate(out, group, varying, one)
}

func plain(out []line, group []*line) []line {
	for _, l := range group {
		out = append(out, *l)
	}
	return out
}

func sameAct(group []*line) bool {
	return !slices.ContainsFunc(group, func(l *line) bool { return l.act != group[0].act })
}

// differing are the fields in which the lines are not all alike.
func differing(group []*line) []Field {
	var out []Field
	for i := range group[0].conds {
		c := &group[0].conds[i]
		if slices.ContainsFunc(group[1:], func(l *line) bool { return !slices.Equal(l.conds[i].spans, c.spans) }) {
			out = append(out, c.field)
		}
	}
	return out
}

// joined is the first line with the origins of all.
func (k *stock) joined(group []*line) line {
	l := *group[0]
	if len(group) > 1 {
		l.origins = k.origins.several(len(group))[:0]
		for _, g := range group {
			l.origins = append(l.origins, g.origin)
		}
	}
	return l
}

// union is one line for all values of a field.
func (k *stock) union(group []*line, f Field) line {
	spans := k.spans.several(len(group))[:0]
	for _, l := range group {
		spans = append(spans, l.spansOf(f)...)
	}
	if !merged(spans) {
		spans = join(spans)
	}
	out := k.joined(group)
	out.conds = k.conds.keep(out.conds)
	for i := range out.conds {
		if out.conds[i].field == f {
			out.conds[i].spans = spans
		}
	}
	return out
}
