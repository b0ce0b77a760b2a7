package conformance

import (
	"testing"

	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/ir/packet"
)

// For every chain of every measured configuration, under both semantics: a witness
// of each rule's packets is decided by that rule in the interpreter, the verdicts'
// sets are a partition of all packets, and a rule decides nothing exactly where
// coverage says that earlier ones took everything.
func TestPacketSetsAgreeWithTheInterpreter(t *testing.T) {
	root := measured.Path(t, "conformance")
	check := algebraCheck{analyzer: &analysis.Analyzer{}}
	for _, r := range append(readCases(t, root), readFiles(t, root)...) {
		c := compile(t, r.Files)
		check.policy(t, r.Name, c.policy)
		intended, _ := lower.Lower(c.config, c.node, lower.Intended)
		check.policy(t, r.Name+" intended", intended)
	}
	if check.chains < 1000 || check.hits < 10000 {
		t.Errorf("only %d chains and %d deciding rules were looked at", check.chains, check.hits)
	}
	t.Logf("%d chains, %d deciding rules, %d covered", check.chains, check.hits, check.covered)
}

type algebraCheck struct {
	analyzer              *analysis.Analyzer
	chains, hits, covered int
}

func (a *algebraCheck) policy(t *testing.T, name string, p *ir.Policy) {
	t.Helper()
	e := packet.NewEvaluator(p)
	endpoints := p.NICs
	if p.Host != nil {
		endpoints = append([]*ir.Endpoint{p.Host}, endpoints...)
	}
	for _, endpoint := range endpoints {
		for _, c := range []*ir.Chain{endpoint.In, endpoint.Out} {
			for f := ir.V4; f <= ir.V6 && c != nil; f++ {
				a.chain(t, name+" "+endpoint.Name+" "+c.Dir.String()+" "+f.String(), e, c, f)
			}
		}
	}
}

func (a *algebraCheck) chain(t *testing.T, name string, e *packet.Evaluator, c *ir.Chain, f ir.Family) {
	t.Helper()
	a.chains++
	u := packet.NewUniverse(f, packet.ListMatches(f, c.Dir, c.Live(f))...)
	hits := map[ir.Node]int{}
	d := u.Decide(c.Live(f), c.Dir, func(h packet.Hit) {
		hits[h.Node]++
		a.hits++
		p, ok := h.Packets.Sample()
		if !ok {
			t.Errorf("%s: a hit without a packet", name)
			return
		}
		if got := e.Chain(c, p); got.Node != h.Node || got.Within != h.Within || got.Verdict != h.Verdict {
			t.Errorf("%s: %+v is decided by %+v, not by %+v", name, p, got, h)
		}
	})
	all := d.Accept.Union(d.Drop).Union(d.Reject).Union(d.Through)
	if all.Complement().Empty() != packet.Yes || d.Accept.Meets(d.Drop.Union(d.Reject).Union(d.Through)) != packet.No || d.Drop.Meets(d.Reject) != packet.No {
		t.Errorf("%s: the verdicts are no partition", name)
	}
	for _, item := range a.analyzer.Chain(c, f) {
		switch item.Cover.Covered {
		case packet.No:
			hits[item.Node]--
		case packet.Yes:
			a.covered++
		}
	}
	for n, left := range hits {
		if left != 0 {
			t.Errorf("%s: %T decides with %d rules more than coverage says", name, n, left)
		}
	}
}
