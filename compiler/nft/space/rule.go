package space

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// This file says what the statements of a rule ask of packets at a place.

// move is the tests of a rule up to something that it does.
type move struct {
	tests []*test
	marks []markTest
	act   nft.Stmt
	forks []fork // of a *nft.Dispatch: where it leads to
}

// test is one condition on packets: one of the matches holds, or with not none.
type test struct {
	any  []*ir.Match
	not  bool
	when []*ir.Match // the headers that it looks into; for packets without one of them it may be anything

	begins string // interface names that begin so are added to any
	out    bool   // of the interface by which a packet leaves
	vague  bool   // nobody can tell
}

// fork is where a map sends some packets.
type fork struct {
	verdict nft.Verdict
	test    *test // nil for all packets
}

// moves translates a rule, as far as any packet at the place gets in it: up to the
// statement that none passes.
func (r *reading) moves(t *tableIndex, p *place, rule *nft.Rule) (out []move, upTo int) {
	now := move{}
	for i, s := range rule.Stmts {
		switch s := s.(type) {
		case *nft.Compare, *nft.Masked, *nft.Between, *nft.Lookup:
			if !r.condition(&now, t, p, s) {
				return out, i + 1
			}
			continue
		case *nft.Dispatch:
			if now.forks = r.forks(t, p, s); len(now.forks) == 0 {
				return out, i + 1
			}
		}
		now.act = s
		out = append(out, now)
		now = move{}
	}
	return out, len(rule.Stmts)
}

// condition adds a test, and reports false for one that no packet passes.
func (r *reading) condition(m *move, t *tableIndex, p *place, s nft.Stmt) bool {
	switch s := s.(type) {
	case *nft.Masked:
		return m.masked(p, s)
	case *nft.Compare:
		if s.Begins {
			return m.beginning(p, s)
		}
		return r.among(m, p, []nft.Field{s.Field}, oneElement(s.Value, s.Value), s.Not)
	case *nft.Between:
		return r.among(m, p, []nft.Field{s.Field}, oneElement(s.First, s.Last), s.Not)
	case *nft.Lookup:
		return r.among(m, p, s.Fields, t.set(s.Set).Elements, s.Not)
	}
	return m.vague()
}

func oneElement(first, last nft.Value) []nft.Element {
	return []nft.Element{{Key: []nft.Span{{First: first, Last: last}}}}
}

func (m *move) vague() bool {
	m.tests = append(m.tests, &test{vague: true})
	return true
}

// among asks whether the fields are in a list, or not.
func (r *reading) among(m *move, p *place, fields []nft.Field, list []nft.Element, not bool) bool {
	switch {
	case !fit(fields, list):
		return m.vague()
	case fields[0] == nft.Mark:
		return m.mark(fields, list, not)
	}
	kept, rest, answer := p.reduce(fields, list)
	switch {
	case answer == packet.Unknown, len(kept) == 0 && not && p.lacks(fields):
		return m.vague()
	case len(kept) == 0 && not && len(p.headers(rest)) > 0:
		m.tests = append(m.tests, &test{not: true, when: p.headers(rest)})
		return true
	case len(kept) == 0:
		return not
	case len(rest) == 0:
		return !not
	case !not && m.codes(rest, kept):
		return true
	}
	one := r.values(p, rest, kept)
	one.not = one.not != not
	m.tests = append(m.tests, one)
	return true
}

// fit reports whether each field is asked for once, and keys are as long as the fields are
// many.
func fit(fields []nft.Field, list []nft.Element) bool {
	for i, f := range fields {
		if slices.Contains(fields[:i], f) {
			return false
		}
	}
	return len(fields) > 0 && !slices.ContainsFunc(list, func(e nft.Element) bool { return len(e.Key) != len(fields) })
}

// lacks reports whether one of the fields does not exist here. Kernels differ in
// whether such a field is other than anything.
func (p *place) lacks(fields []nft.Field) bool {
	for _, f := range fields {
		if k, _ := p.field(f); k == absent {
			return true
		}
	}
	return false
}

// mark asks for the whole mark.
func (m *move) mark(fields []nft.Field, list []nft.Element, not bool) bool {
	if len(fields) > 1 || len(list) != 1 || list[0].Key[0].First != list[0].Key[0].Last {
		return m.vague()
	}
	m.marks = append(m.marks, markTest{mask: ^uint32(0), value: uint32(list[0].Key[0].First.Lo), not: not})
	return true
}

// reduce leaves out what the place tells: elements that do not hold there, and fields
// of the others. The answer is Unknown where it leaves that open.
func (p *place) reduce(fields []nft.Field, list []nft.Element) (kept []nft.Element, rest []nft.Field, answer packet.Answer) {
	var at []int
	for i, f := range fields {
		if k, _ := p.field(f); k == ofPacket {
			at, rest = append(at, i), append(rest, f)
		}
	}
	if len(rest) == len(fields) {
		return list, rest, packet.Yes
	}
	for i := range list {
		switch p.holds(fields, list[i].Key) {
		case packet.Unknown:
			return nil, nil, packet.Unknown
		case packet.Yes:
			left := nft.Element{Verdict: list[i].Verdict}
			for _, k := range at {
				left.Key = append(left.Key, list[i].Key[k])
			}
			kept = append(kept, left)
		}
	}
	return kept, rest, packet.Yes
}

// holds asks for the fields of a key that the place tells.
func (p *place) holds(fields []nft.Field, key []nft.Span) packet.Answer {
	answer := packet.Yes
	for i, f := range fields {
		if k, _ := p.field(f); k == ofPacket {
			continue
		}
		switch p.held(f, key[i]) {
		case packet.No:
			return packet.No
		case packet.Unknown:
			answer = packet.Unknown
		}
	}
	return answer
}

// beginning asks for the beginning of a name.
func (m *move) beginning(p *place, s *nft.Compare) bool {
	switch kind, v := p.field(s.Field); {
	case kind == ofPacket && (s.Field == nft.InName || s.Field == nft.OutName):
		m.tests = append(m.tests, &test{begins: s.Value.Name, out: s.Field == nft.OutName, not: s.Not})
		return true
	case kind == fixed && v.Name != stranger:
		return strings.HasPrefix(v.Name, s.Value.Name) != s.Not
	case kind == absent && !s.Not:
		return false
	}
	return m.vague()
}

// forks groups the elements of a map by verdict, in the order of the first ones.
func (r *reading) forks(t *tableIndex, p *place, s *nft.Dispatch) []fork {
	list := r.reachable(t, p, s)
	kept, rest, answer := list, s.Fields, packet.Unknown
	if fit(s.Fields, list) {
		kept, rest, answer = p.reduce(s.Fields, list)
	}
	if answer == packet.Unknown {
		return []fork{{test: &test{vague: true}, verdict: nft.Verdict{Kind: nft.Goto}}} // to nowhere
	}
	var order []nft.Verdict
	by := map[nft.Verdict][]nft.Element{}
	for _, e := range kept {
		if by[e.Verdict] == nil {
			order = append(order, e.Verdict)
		}
		by[e.Verdict] = append(by[e.Verdict], e)
	}
	out := make([]fork, len(order))
	for i, v := range order {
		out[i].verdict = v
		if len(rest) > 0 {
			out[i].test = r.values(p, rest, by[v])
		}
	}
	return out
}

// reachable are the elements of a map that may hold at a place: maps of ports are
// large, and a place has one port.
func (r *reading) reachable(t *tableIndex, p *place, s *nft.Dispatch) []nft.Element {
	set := t.set(s.Map)
	kind, v := p.field(s.Fields[0])
	if kind != fixed || v.Name == "" {
		return set.Elements
	}
	var list []nft.Element
	for _, e := range t.index(set)[v.Name] {
		list = append(list, *e)
	}
	return list
}
