package nft

import (
	"fmt"
	"strings"
)

// machine runs packets through a program as the kernel would: base chains by
// priority, statements until one does not match.
type machine struct {
	program *Program
	marked  uint32 // the packet's mark, which it keeps from hook to hook
}

// fieldsOf is what is known about a packet at a hook; a field that the packet does
// not have is missing, and no statement about it matches.
type fieldsOf map[Field]Value

// unicast is no field but a note: both addresses are of single stations.
const unicast = fields

// fate is what a hook says: accept, drop or reject.
type fate string

const (
	passed   fate = "ACCEPT"
	dropped  fate = "DROP"
	answered fate = "REJECT"
)

// hook sends the packet through all base chains of a hook in order of priority.
func (m *machine) hook(family Family, point HookPoint, p fieldsOf) fate {
	var bases []*Chain
	var in *Table
	for _, t := range m.program.Tables {
		if t.Family != family {
			continue
		}
		in = t
		for _, c := range t.Chains {
			if c.Hook == nil || c.Hook.Point != point {
				continue
			}
			at := len(bases)
			for at > 0 && bases[at-1].Hook.Priority > c.Hook.Priority {
				at--
			}
			bases = append(bases[:at], append([]*Chain{c}, bases[at:]...)...)
		}
	}
	for _, c := range bases {
		if f, _ := m.chain(in, c, p, 0); f != passed {
			return f
		}
	}
	return passed
}

// chain runs a chain; done means that the base chain is over.
func (m *machine) chain(t *Table, c *Chain, p fieldsOf, depth int) (f fate, done bool) {
	if c == nil || depth > 16 {
		panic("a jump to nowhere, or in a circle")
	}
	for _, r := range c.Rules {
		v, f := m.rule(r, p)
		switch {
		case f != "":
			return f, true
		case v == nil:
			continue
		}
		switch v.Kind {
		case Accept:
			return passed, true
		case Drop:
			return dropped, true
		case Return:
			return passed, false
		case Jump:
			if f, done := m.chain(t, t.Chain(v.Chain), p, depth+1); done {
				return f, true
			}
		case Goto:
			return m.chain(t, t.Chain(v.Chain), p, depth+1)
		}
	}
	return passed, false
}

// rule returns its verdict, nil for none, or the fate that a statement decided.
func (m *machine) rule(r *Rule, p fieldsOf) (*Verdict, fate) {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *Verdict:
			return s, ""
		case *Dispatch:
			e := find(s.Map, s.Fields, m.with(p))
			if e == nil {
				return nil, ""
			}
			return &e.Verdict, ""
		case *Reject:
			if p[unicast] == number(1) {
				return nil, answered
			}
			return nil, dropped // the kernel answers nobody but a single station
		case *Queue:
			return nil, passed
		case *SetMark:
			m.marked = m.marked&s.Keep ^ s.Flip
		case *Log, *SetConnMark, *SetHelper:
		case *Overrun:
			return nil, ""
		case *Limit:
		default:
			if !matches(s, m.with(p)) {
				return nil, ""
			}
		}
	}
	return nil, ""
}

func (m *machine) with(p fieldsOf) fieldsOf {
	p[Mark] = number(uint64(m.marked))
	return p
}

func matches(s Stmt, p fieldsOf) bool {
	switch s := s.(type) {
	case *Compare:
		v, ok := p[s.Field]
		if s.Begins {
			return ok && strings.HasPrefix(v.Name, s.Value.Name) != s.Not
		}
		return ok && (v == s.Value) != s.Not
	case *Masked:
		v, ok := p[s.Field]
		masked := Value{Hi: v.Hi & s.Mask.Hi, Lo: v.Lo & s.Mask.Lo}
		return ok && (masked == s.Value) != s.Not
	case *Between:
		v, ok := p[s.Field]
		return ok && (Span{s.First, s.Last}).meets(Span{v, v}) != s.Not
	case *Lookup:
		for _, f := range s.Fields {
			if _, ok := p[f]; !ok {
				return false
			}
		}
		return (find(s.Set, s.Fields, p) != nil) != s.Not
	}
	panic(fmt.Sprintf("unknown statement %T", s))
}

// find looks a packet up; two elements that both match are a fault of the set.
func find(s *Set, fields []Field, p fieldsOf) *Element {
	var found *Element
	for i := range s.Elements {
		e := &s.Elements[i]
		hit := true
		for j, f := range fields {
			v, ok := p[f]
			hit = hit && ok && e.Key[j].meets(Span{v, v})
			if !s.Interval && e.Key[j].First != e.Key[j].Last {
				panic("a range in a set without ranges")
			}
		}
		if hit && found != nil {
			panic("elements of a set overlap")
		}
		if hit {
			found = e
		}
	}
	return found
}
