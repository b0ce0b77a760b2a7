package nft_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/compiler/nft/space"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
)

// mutation changes one rule of a chain by chance; it reports false where the rule has
// nothing of the kind.
type mutation struct {
	name  string
	apply func(r *rand.Rand, c *nft.Chain, i int) bool
}

var mutations = []mutation{
	{"delete", func(_ *rand.Rand, c *nft.Chain, i int) bool {
		c.Rules = slices.Delete(slices.Clone(c.Rules), i, i+1)
		return true
	}},
	{"swap", func(_ *rand.Rand, c *nft.Chain, i int) bool {
		if i+1 == len(c.Rules) {
			return false
		}
		c.Rules[i], c.Rules[i+1] = c.Rules[i+1], c.Rules[i]
		return true
	}},
	{"forget", func(r *rand.Rand, c *nft.Chain, i int) bool {
		stmts := c.Rules[i].Stmts
		if len(stmts) < 2 {
			return false
		}
		k := r.IntN(len(stmts) - 1)
		c.Rules[i].Stmts = slices.Delete(slices.Clone(stmts), k, k+1)
		return true
	}},
	{"statement", changed(statement)},
	{"statement", changed(statement)},
	{"element", changed(element)},
	{"element", changed(element)},
}

// changed replaces one statement.
func changed(by func(*rand.Rand, nft.Stmt) nft.Stmt) func(*rand.Rand, *nft.Chain, int) bool {
	return func(r *rand.Rand, c *nft.Chain, i int) bool {
		stmts := slices.Clone(c.Rules[i].Stmts)
		k := r.IntN(len(stmts))
		s := by(r, stmts[k])
		if s == nil {
			return false
		}
		stmts[k], c.Rules[i].Stmts = s, stmts
		return true
	}
}

// statement is one that says something else; nil for one that it does not change.
func statement(r *rand.Rand, s nft.Stmt) nft.Stmt {
	switch s := s.(type) {
	case *nft.Compare:
		other := *s
		if other.Not = !s.Not; r.IntN(2) == 0 && s.Value.Name == "" {
			other.Not, other.Value.Lo = s.Not, s.Value.Lo+1
		}
		return &other
	case *nft.Masked:
		other := *s
		if other.Not = !s.Not; s.Field == nft.State {
			other.Not, other.Mask.Lo = s.Not, s.Mask.Lo^8
		}
		return &other
	case *nft.Between:
		other := *s
		if other.Not = !s.Not; r.IntN(2) == 0 {
			other.Not, other.Last.Lo = s.Not, s.Last.Lo-1
		}
		return &other
	case *nft.Lookup:
		other := *s
		if other.Not = !s.Not; r.IntN(2) == 0 {
			other.Not, other.Fields = s.Not, slices.Clone(s.Fields)
			for i, f := range s.Fields {
				other.Fields[i] = otherEnd(f)
			}
		}
		return &other
	}
	return action(r, s)
}

func otherEnd(f nft.Field) nft.Field {
	ends := []nft.Field{nft.IPSource, nft.IPDest, nft.IP6Source, nft.IP6Dest, nft.SourcePort, nft.DestPort}
	if i := slices.Index(ends, f); i >= 0 {
		return ends[i^1]
	}
	return f
}

func action(r *rand.Rand, s nft.Stmt) nft.Stmt {
	switch s := s.(type) {
	case *nft.Verdict:
		other := *s
		switch s.Kind {
		case nft.Accept:
			other.Kind = nft.Drop
		case nft.Drop:
			other.Kind = []nft.VerdictKind{nft.Accept, nft.Return}[r.IntN(2)]
		case nft.Return:
			other.Kind = nft.Drop
		default: // jump or goto
			other.Kind = nft.Jump + nft.Goto - s.Kind
		}
		return &other
	case *nft.Reject:
		return &nft.Reject{TCPReset: !s.TCPReset, V6: s.V6, Code: 1}
	case *nft.Log:
		return &nft.Log{Prefix: s.Prefix + "x"}
	case *nft.SetMark:
		return &nft.SetMark{Keep: s.Keep, Flip: s.Flip ^ ^s.Keep}
	case *nft.SetConnMark:
		return &nft.SetConnMark{Value: s.Value + 1}
	}
	return nil
}

// element removes an element of the set that a statement looks into, makes it larger, or
// gives it another verdict.
func element(r *rand.Rand, s nft.Stmt) nft.Stmt {
	var set *nft.Set
	switch s := s.(type) {
	case *nft.Lookup:
		set = s.Set
	case *nft.Dispatch:
		set = s.Map
	}
	if set == nil || len(set.Elements) == 0 {
		return nil
	}
	list := slices.Clone(set.Elements)
	k := r.IntN(len(list))
	switch e := &list[k]; r.IntN(3) {
	case 0:
		list = slices.Delete(list, k, k+1)
	case 1:
		e.Key = slices.Clone(e.Key)
		at := r.IntN(len(e.Key))
		if e.Key[at].Last.Name != "" || full(set.Key[at], e.Key[at]) || overlap(list, k, at) {
			return nil
		}
		e.Key[at].Last.Lo++
		set.Interval = true
	default:
		if !set.Verdicts {
			return nil
		}
		e.Verdict = nft.Verdict{Kind: []nft.VerdictKind{nft.Accept, nft.Drop}[r.IntN(2)]}
	}
	set.Elements = list
	return s
}

// full reports whether a span ends with the last value of its field.
func full(f nft.Field, s nft.Span) bool {
	return s.Last.Lo == ^uint64(0)>>(64-8*min(8, f.Spec().Size))
}

// overlap reports whether an element that grows in a field would meet another, which the
// kernel refuses. One field must keep them apart.
func overlap(list []nft.Element, k, at int) bool {
	grown := list[k].Key[at].Last
	grown.Lo++
	return slices.ContainsFunc(list, func(e nft.Element) bool { return e.Key[at].First == grown })
}

// subject is a policy that programs are built from.
type subject struct {
	name   string
	policy *ir.Policy
}

// subjects are the example under both semantics and policies that nobody chose.
func subjects(t *testing.T) []subject {
	t.Helper()
	loaded, err := load.Load("../../examples/datacenter", load.Options{Now: time.Unix(1_700_000_000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	cfg, _ := config.Resolve(loaded.Input)
	var out []subject
	for _, sem := range []lower.Semantics{lower.Reference, lower.Intended} {
		p, _ := lower.Lower(cfg, cfg.Nodes[0], sem)
		out = append(out, subject{"example, " + sem.String(), p})
	}
	for seed := range uint64(8) {
		out = append(out, subject{"random", nft.RandomPolicy(1000 + seed)})
	}
	return out
}

// mutate changes one rule of a program by chance.
func mutate(r *rand.Rand, p *nft.Program) (what string) {
	for {
		t := p.Tables[r.IntN(len(p.Tables))]
		c := t.Chains[r.IntN(len(t.Chains))]
		i, m := r.IntN(len(c.Rules)), mutations[r.IntN(len(mutations))]
		was := c.Rules[i].Text()
		if m.apply(r, c, i) {
			c.Hash = c.Restate()
			return m.name + " in " + c.Name + " of: " + was
		}
	}
}

// tally is what became of mutations.
type tally struct {
	found     int // packets get another verdict
	beside    int // something else happens to packets
	unknown   int
	beyond    int // only in chains that no packet with IP meets
	same      int // nothing differs
	disproved int // of some, those that are found to be no longer what the policy says

	flipped int // witnesses that get both verdicts from a machine
	unsaid  int // witnesses of what a machine does not tell: queues and marks
}

// Programs with one rule or element changed are found to differ, with packets that get
// the other verdict from a machine that knows nothing of sets; where they are not found,
// no packet of many tells the programs apart.
func TestMutationsAreFound(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 11))
	var n tally
	for _, s := range subjects(t) {
		for _, o := range []nft.Options{{}, {Plain: true}} {
			before := build(t, s.policy, o)
			for i := range 12 {
				after := build(t, s.policy, o)
				what := s.name + ": " + mutate(r, after)
				c := space.Compare(before, after, analysis.Budget{})
				if n.confirm(t, s.policy, before, after, c, what) == 0 {
					told(t, r, s.policy, before, after, what)
				}
				if i%4 == 0 && len(space.Prove(after, s.policy).Differences) > 0 {
					n.disproved++
				}
			}
		}
	}
	t.Logf("%+v", n)
	if n.found < 90 || n.flipped < 300 || n.disproved < 20 || n.unknown > 12 {
		t.Errorf("only %+v", n)
	}
}

// confirm counts a comparison and returns how many differences it has.
func (n *tally) confirm(t *testing.T, p *ir.Policy, before, after *nft.Program, c *space.Comparison, what string) int {
	t.Helper()
	effects, verdicts := 0, 0
	for _, e := range c.Endpoints {
		effects += len(e.Effects)
		verdicts += len(e.Changes)
		for i := range e.Changes {
			change := &e.Changes[i]
			switch flips(before, after, p, &e, change) {
			case flipped:
				n.flipped++
			case unsaid:
				n.unsaid++
			default:
				t.Errorf("%s: %s %s: %s is not %s for %+v", what, e.Endpoint, e.Direction, change.Was, change.Is, change.Witness())
			}
		}
	}
	switch {
	case verdicts > 0:
		n.found++
	case effects > 0:
		n.beside++
	case c.Unknown > 0:
		n.unknown++
	case len(c.Beyond) > 0:
		n.beyond++
	default:
		n.same++
	}
	if back := space.Compare(after, before, analysis.Budget{}); back.Class() != mirrored(c.Class()) {
		t.Errorf("%s: %s there, %s back", what, c.Class(), back.Class())
	}
	return effects + verdicts + c.Unknown
}

// mirrored is the class of a comparison the other way round.
func mirrored(c analysis.Class) analysis.Class {
	switch c {
	case analysis.Wider:
		return analysis.Narrower
	case analysis.Narrower:
		return analysis.Wider
	}
	return c
}

type confirmation uint8

const (
	flipped confirmation = iota
	unsaid
	contradicted
)

// flips sends a packet of a change through both programs. A machine does not tell queues
// and marks.
func flips(before, after *nft.Program, p *ir.Policy, e *space.EndpointChange, c *space.Change) confirmation {
	if c.Was.Verdict == c.Is.Verdict {
		return unsaid
	}
	packet := c.Witness()
	was, is := nft.Fates(before, p, e.Endpoint, e.Direction, packet), nft.Fates(after, p, e.Endpoint, e.Direction, packet)
	for i := range was {
		if was[i] == c.Was.Verdict.String() && is[i] == c.Is.Verdict.String() {
			return flipped
		}
	}
	return contradicted
}

// told looks for a packet that both programs treat differently although they were found
// to be the same.
func told(t *testing.T, r *rand.Rand, p *ir.Policy, before, after *nft.Program, what string) {
	t.Helper()
	for range 100 {
		q := nft.RandomQuery(r)
		for _, own := range []bool{false, true} {
			if was, is := nft.Travel(before, p, q, own), nft.Travel(after, p, q, own); was != is {
				t.Errorf("%s: found equal, but %+v was %s and is %s", what, q, was, is)
				return
			}
		}
	}
}
