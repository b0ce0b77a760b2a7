package nft

import (
	"slices"

	"github.com/pvefw/pvefw/ir"
)

// lastAnswers is how many rules may come behind the lines of a chain.
const lastAnswers = 3

// emit turns lines into the rules of a chain and gives their buffer back. A logged
// line becomes two rules, because the limit of the first must not hold for the
// verdict.
func (pl *place) emit(c *Chain, lines []line) {
	buffer := lines
	if !pl.options.Plain {
		lines = pl.fold(lines)
	}
	if c.Rules == nil {
		c.Rules = pl.lists.several(rulesOf(lines) + lastAnswers)[:0]
	}
	for i := range lines {
		l := &lines[i]
		origins := l.origins
		if origins == nil {
			origins = pl.origins.several(1)
			origins[0] = l.origin
		}
		if l.log != "" {
			log := Stmt(pl.logs.put(Log{Prefix: l.log}))
			if pl.limit != nil {
				c.Rules = append(c.Rules, pl.rules.put(Rule{Stmts: pl.statements(l, pl.limit, log), Origins: origins}))
			} else {
				c.Rules = append(c.Rules, pl.rules.put(Rule{Stmts: pl.statements(l, log), Origins: origins}))
			}
		}
		end := Stmt(l.dispatch)
		if l.dispatch == nil {
			end = pl.do(l.act)
		}
		c.Rules = append(c.Rules, pl.rules.put(Rule{Stmts: pl.statements(l, end), Origins: origins}))
	}
	pl.give(buffer)
	if !pl.options.Plain {
		pl.give(lines)
	}
}

// rulesOf is how many rules lines become.
func rulesOf(lines []line) int {
	n := len(lines)
	for i := range lines {
		if lines[i].log != "" {
			n++
		}
	}
	return n
}

// statements are the conditions of a line and what it does.
func (pl *place) statements(l *line, ends ...Stmt) []Stmt {
	var buffer [16]Stmt
	out := append(buffer[:0], pl.familyIs(pl.family))
	for i := range l.conds {
		out = append(out, pl.test(&l.conds[i]))
	}
	out = append(append(out, l.rest...), ends...)
	if !slices.ContainsFunc(out[1:], needsFamily) {
		out = out[1:]
	}
	return pl.stmts.keep(out)
}

// guarded puts the question for the family in front of statements that look at its
// header: the kernel would read another header as if it were this one.
func (pl *place) guarded(stmts []Stmt, f ir.Family) []Stmt {
	if !slices.ContainsFunc(stmts, needsFamily) {
		return stmts
	}
	return append([]Stmt{pl.familyIs(f)}, stmts...)
}

func needsFamily(s Stmt) bool {
	switch s := s.(type) {
	case *Compare:
		return s.Field.ofFamily()
	case *Masked:
		return s.Field.ofFamily()
	case *Between:
		return s.Field.ofFamily()
	case *Lookup:
		return slices.ContainsFunc(s.Fields, Field.ofFamily)
	case *Dispatch:
		return slices.ContainsFunc(s.Fields, Field.ofFamily)
	case *Reject:
		return !s.TCPReset
	}
	return false
}

// ofFamily reports whether the field is in the header of one family.
func (f Field) ofFamily() bool { return f >= IPSource && f <= IP6Dest }

// familyIs asks for the family, in the word of the table.
func (t *table) familyIs(f ir.Family) Stmt {
	return familyTests[t.out.Family][f]
}

// familyTests are the same wherever they stand.
var familyTests = [2][2]Stmt{
	Inet:   {&Compare{Field: NFProto, Value: nfproto[0]}, &Compare{Field: NFProto, Value: nfproto[1]}},
	Bridge: {&Compare{Field: Protocol, Value: ethertype[0]}, &Compare{Field: Protocol, Value: ethertype[1]}},
}

// The numbers of the families, and of their frames.
var (
	nfproto   = [2]Value{number(2), number(10)}
	ethertype = [2]Value{number(0x0800), number(0x86dd)}
	etherARP  = number(0x0806)
)

// test is the condition as a statement: of one value, of a prefix, of a range, or of
// an anonymous set.
func (k *stock) test(c *cond) Stmt {
	if len(c.spans) > 1 {
		s := k.sets.put(Set{Key: c.field.alone(), Elements: k.elements.several(len(c.spans))})
		for i := range c.spans {
			s.Elements[i] = Element{Key: c.spans[i : i+1 : i+1]}
			s.Interval = s.Interval || !c.spans[i].single()
		}
		return k.lookups.put(Lookup{Fields: s.Key, Set: s})
	}
	span := c.spans[0]
	if span.single() {
		return k.compares.put(Compare{Field: c.field, Value: span.First})
	}
	size := 8 * c.field.Spec().Size
	if n, ok := span.prefixOf(size); ok && c.field.isAddress() {
		return k.masks.put(Masked{Field: c.field, Mask: leading(n, size), Value: span.First})
	}
	return k.ranges.put(Between{Field: c.field, First: span.First, Last: span.Last})
}

// isAddress reports whether the script writes values of the field as addresses.
func (f Field) isAddress() bool { return f == ARPSource || f.ofFamily() }
