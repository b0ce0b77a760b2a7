package nft

import "slices"

// tabulate folds lines into one set or map over the fields in which they differ.
// Elements must not overlap, so a line that would is left as it is: in a run the
// order does not matter.
func (k *stock) tabulate(out []line, group []*line, varying []Field, one bool) []line {
	t := tabulation{stock: k, set: &Set{Key: varying, Verdicts: !one}}
	var rest []*line
	for _, l := range group {
		if t.add(l) {
			t.group = append(t.group, l)
		} else {
			rest = append(rest, l)
		}
	}
	if len(t.group) < fewestValues {
		return plain(out, group)
	}
	return plain(append(out, t.line()), rest)
}

// tabulation is a set in the making and the lines that are in it.
type tabulation struct {
	stock *stock
	set   *Set
	group []*line
}

// add puts the tuples of a line into the set, all of them or none.
func (t *tabulation) add(l *line) bool {
	tuples := product(l, t.set.Key)
	if tuples == nil || len(t.set.Elements)+len(tuples) > mostElements {
		return false
	}
	for _, tuple := range tuples {
		for i := range t.set.Elements {
			if meet(t.set.Elements[i].Key, tuple) {
				return false
			}
		}
	}
	v, _ := l.act.verdict()
	for _, tuple := range tuples {
		e := Element{Key: tuple, Origin: l.origin}
		if t.set.Verdicts {
			e.Verdict = v
		}
		for _, s := range tuple {
			t.set.Interval = t.set.Interval || !s.single()
		}
		t.set.Elements = append(t.set.Elements, e)
	}
	return true
}

// mostTuples bounds what one line may become.
const mostTuples = 64

// product is every combination of a line's spans, nil for too many.
func product(l *line, key []Field) [][]Span {
	count := 1
	for _, f := range key {
		if count *= len(l.spansOf(f)); count > mostTuples {
			return nil
		}
	}
	tuples := make([][]Span, count)
	for i := range tuples {
		tuples[i] = l.stock.spans.several(len(key))
		rest := i
		for j := len(key) - 1; j >= 0; j-- {
			spans := l.spansOf(key[j])
			tuples[i][j] = spans[rest%len(spans)]
			rest /= len(spans)
		}
	}
	return tuples
}

func meet(a, b []Span) bool {
	for i := range a {
		if !a[i].meets(b[i]) {
			return false
		}
	}
	return true
}

// line is the line that looks the set up: the conditions that all lines share, then
// the set.
func (t *tabulation) line() line {
	out := t.stock.joined(t.group)
	var shared []cond
	for _, c := range out.conds {
		if !slices.Contains(t.set.Key, c.field) {
			shared = append(shared, c)
		}
	}
	out.conds = shared
	slices.SortStableFunc(t.set.Elements, func(a, b Element) int { return compareKeys(a.Key, b.Key) })
	if t.set.Verdicts {
		out.dispatch = &Dispatch{Fields: t.set.Key, Map: t.set}
		return out
	}
	out.rest = append(slices.Clone(out.rest), &Lookup{Fields: t.set.Key, Set: t.set})
	return out
}

func compareKeys(a, b []Span) int {
	for i := range a {
		switch {
		case a[i].First.Less(b[i].First):
			return -1
		case b[i].First.Less(a[i].First):
			return 1
		}
	}
	return 0
}
