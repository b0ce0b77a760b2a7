package analysis

import (
	"bytes"

	"github.com/pvefw/pvefw/ir"
)

// written is the steps of a list as bytes, to find out which of them changed.
type written struct {
	steps   []step
	text    [][]byte
	changed []bool
}

// read writes every step by itself.
func (w *writer) read(steps []step) *written {
	raw, ends := w.raw[:0], make([]int, len(steps))
	w.raw = raw
	for i := range steps {
		w.step(&steps[i])
		ends[i] = len(w.raw)
	}
	l := &written{steps: steps, text: make([][]byte, len(steps)), changed: make([]bool, len(steps))}
	start := 0
	for i, end := range ends {
		l.text[i] = w.raw[start:end]
		start = end
	}
	return l
}

// mark finds the steps of both lists that are not common to them in the same
// order, and returns them. A packet that none of them matches meets the same
// steps in both lists, so it has the same fate.
func (a *written) mark(b *written) []*step {
	first, lastA, lastB := 0, len(a.steps), len(b.steps)
	for first < min(lastA, lastB) && bytes.Equal(a.text[first], b.text[first]) {
		first++
	}
	for lastA > first && lastB > first && bytes.Equal(a.text[lastA-1], b.text[lastB-1]) {
		lastA, lastB = lastA-1, lastB-1
	}
	for i := first; i < lastA; i++ {
		a.changed[i] = true
	}
	for i := first; i < lastB; i++ {
		b.changed[i] = true
	}
	a.keepCommon(b, first, lastA, lastB)
	return append(a.marked(), b.marked()...)
}

// mostPairs bounds the search for what the middle parts have in common; beyond it
// all of them counts as changed.
const mostPairs = 1 << 14

// keepCommon takes the longest common subsequence of the middle parts out of what
// changed.
func (a *written) keepCommon(b *written, first, lastA, lastB int) {
	n, m := lastA-first, lastB-first
	if n*m == 0 || n*m > mostPairs {
		return
	}
	// length[i][j] is that of the parts from i and j on.
	length := make([][]int16, n+1)
	cells := make([]int16, (n+1)*(m+1))
	for i := range length {
		length[i] = cells[i*(m+1) : (i+1)*(m+1)]
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			length[i][j] = max(length[i+1][j], length[i][j+1])
			if bytes.Equal(a.text[first+i], b.text[first+j]) {
				length[i][j] = length[i+1][j+1] + 1
			}
		}
	}
	for i, j := 0, 0; i < n && j < m; {
		switch {
		case bytes.Equal(a.text[first+i], b.text[first+j]):
			a.changed[first+i], b.changed[first+j] = false, false
			i, j = i+1, j+1
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
}

func (a *written) marked() []*step {
	var list []*step
	for i := range a.steps {
		if a.changed[i] {
			list = append(list, &a.steps[i])
		}
	}
	return list
}

// near are the steps that can matter to packets of the changed ones: rules that
// surely share no packet with any of them are left out.
func (a *written) near(changed []*step) nearby {
	var n nearby
	for i := range a.steps {
		s := &a.steps[i]
		if s.kind != deciding || a.changed[i] || s.nearAny(changed) {
			n.steps, n.changed = append(n.steps, *s), append(n.changed, a.changed[i])
		}
	}
	return n
}

// nearby is the part of a list that a comparison looks at.
type nearby struct {
	steps   []step
	changed []bool
}

func (s *step) nearAny(list []*step) bool {
	for _, t := range list {
		if t.match() == nil || !apart(&s.rule.Match, t.match()) {
			return true
		}
	}
	return false
}

// apart tells at little cost that two matches surely have no packet in common.
func apart(a, b *ir.Match) bool {
	switch {
	case a.Proto != nil && b.Proto != nil && a.Proto.Number != b.Proto.Number && a.Proto.Number != 0 && b.Proto.Number != 0,
		a.State != 0 && b.State != 0 && a.State&b.State == 0,
		a.In != "" && b.In != "" && a.In != b.In,
		a.Out != "" && b.Out != "" && a.Out != b.Out:
		return true
	}
	return portsApart(a.DPort, b.DPort) || portsApart(a.SPort, b.SPort) || addrsApart(a.Source, b.Source) || addrsApart(a.Dest, b.Dest)
}

func portsApart(a, b *ir.Ports) bool {
	if a == nil || b == nil {
		return false
	}
	for _, x := range a.Ranges {
		for _, y := range b.Ranges {
			if x.First <= y.Last && y.First <= x.Last {
				return false
			}
		}
	}
	return true
}

// addrsApart compares lists of networks only.
func addrsApart(a, b *ir.Addr) bool {
	if a == nil || b == nil || len(a.Prefixes) == 0 || len(b.Prefixes) == 0 || len(a.Prefixes)*len(b.Prefixes) > 64 {
		return false
	}
	for _, x := range a.Prefixes {
		for _, y := range b.Prefixes {
			if x.Overlaps(y) {
				return false
			}
		}
	}
	return true
}
