package nft

import (
	"slices"

	"github.com/pvefw/pvefw/ir"
)

// line is a rule before it gets its statements: conditions on single fields, which
// can be folded with those of other lines, others, and what happens.
type line struct {
	stock  *stock
	conds  []cond // by field, one each
	rest   []Stmt
	act    act
	log    string // prefix; empty for none
	origin ir.Origin

	dispatch *Dispatch   // in the place of act: folded lines of several verdicts
	origins  []ir.Origin // of folded lines; nil otherwise
}

// cond restricts a field to spans, which are in order and apart.
type cond struct {
	field Field
	spans []Span
}

// act is what a line does. It is comparable.
type act struct {
	kind        actKind
	chain       string // jump, goto
	first, last uint16 // queue
	keep, flip  uint32 // mark; connmark: flip
}

type actKind uint8

const (
	actAccept actKind = iota
	actDrop
	actReturn
	actGoto
	actJump
	actQueue
	actMark
	actConnMark
)

var (
	accept    = act{kind: actAccept}
	drop      = act{kind: actDrop}
	leave     = act{kind: actReturn}
	setMark   = act{kind: actMark, keep: ^acceptedMark, flip: acceptedMark}
	clearMark = act{kind: actMark, keep: ^acceptedMark}
)

// acceptedMark is the bit that says that a guest was allowed to send a packet; the
// reference uses the same one (reference/pve-firewall §6.6).
const acceptedMark uint32 = 0x80000000

// verdict is the act as a verdict, false where it is none.
func (a act) verdict() (Verdict, bool) {
	switch a.kind {
	case actAccept:
		return Verdict{Kind: Accept}, true
	case actDrop:
		return Verdict{Kind: Drop}, true
	case actReturn:
		return Verdict{Kind: Return}, true
	case actGoto:
		return Verdict{Kind: Goto, Chain: a.chain}, true
	case actJump:
		return Verdict{Kind: Jump, Chain: a.chain}, true
	}
	return Verdict{}, false
}

// ends reports whether nothing behind the line sees what it matches.
func (a act) ends() bool {
	return a.kind == actAccept || a.kind == actDrop || a.kind == actGoto || a.kind == actQueue
}

// do is the act as a statement.
func (k *stock) do(a act) Stmt {
	switch a.kind {
	case actQueue:
		return &Queue{First: a.first, Last: a.last}
	case actMark:
		return &SetMark{Keep: a.keep, Flip: a.flip}
	case actConnMark:
		return &SetConnMark{Value: a.flip}
	}
	v, _ := a.verdict()
	return k.verdicts.put(v)
}

// restrict narrows a field to spans and reports whether anything is left.
func (l *line) restrict(f Field, spans ...Span) bool {
	spans = merge(spans)
	for i := range l.conds {
		c := &l.conds[i]
		if c.field == f {
			c.spans = common(c.spans, spans)
			return len(c.spans) > 0
		}
	}
	if l.conds == nil {
		l.conds = l.stock.conds.several(4)[:0]
	}
	at := len(l.conds)
	for at > 0 && l.conds[at-1].field > f {
		at--
	}
	l.conds = slices.Insert(l.conds, at, cond{f, spans})
	return len(spans) > 0
}

// and adds a condition that no list of spans can hold.
func (l *line) and(s Stmt) {
	if l.rest == nil {
		l.rest = l.stock.stmts.several(2)[:0]
	}
	l.rest = append(l.rest, s)
}

// value narrows a field to one number.
func (l *line) value(f Field, n uint64) bool {
	v := number(n)
	return l.restrict(f, l.stock.one(Span{v, v})...)
}

// spansOf returns what a field is restricted to, nil for nothing.
func (l *line) spansOf(f Field) []Span {
	for i := range l.conds {
		if l.conds[i].field == f {
			return l.conds[i].spans
		}
	}
	return nil
}

// merge sorts spans and joins those that overlap or touch. Names are never joined
// with anything but themselves.
func merge(spans []Span) []Span {
	if merged(spans) {
		return spans
	}
	return join(slices.Clone(spans))
}

// join is merge in place.
func join(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int {
		switch {
		case a.First.Less(b.First):
			return -1
		case b.First.Less(a.First):
			return 1
		}
		return 0
	})
	out := spans[:1]
	for _, s := range spans[1:] {
		last := &out[len(out)-1]
		touches := s.First.Name == "" && !last.Last.next().Less(s.First) && last.Last.next() != Value{}
		switch {
		case !touches && !s.meets(*last):
			out = append(out, s)
		case last.Last.Less(s.Last):
			last.Last = s.Last
		}
	}
	return out
}

// merged reports whether spans are in order and neither overlap nor touch.
func merged(spans []Span) bool {
	for i := 1; i < len(spans); i++ {
		before, s := &spans[i-1], &spans[i]
		if !before.Last.Less(s.First) || s.First.Name == "" && before.Last.next() == s.First {
			return false
		}
	}
	return true
}

// common is the intersection of two ordered lists.
func common(a, b []Span) []Span {
	var out []Span
	for _, s := range a {
		for _, t := range b {
			if !s.meets(t) {
				continue
			}
			u := s
			if u.First.Less(t.First) {
				u.First = t.First
			}
			if t.Last.Less(u.Last) {
				u.Last = t.Last
			}
			out = append(out, u)
		}
	}
	return out
}
