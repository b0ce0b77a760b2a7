package cli

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/compiler/iptables/chain"
	"github.com/pvefw/pvefw/internal/plan"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
)

// textTraffic compares what live texts do to packets with what the files ask for. All
// packets of an endpoint are compared, and of each kind that differs one is shown.
func (r *planRun) textTraffic(live plan.Texts, p *ir.Policy, config string) *plan.Traffic {
	for _, tool := range []plan.Tool{plan.IPSet, plan.IPTables, plan.IP6Tables} {
		if _, there := live[tool]; !there {
			return &plan.Traffic{Endpoints: []plan.Affects{}, Beyond: []string{}, Class: "unknown", Note: "they are not compared, because there is no text of " + string(tool)}
		}
	}
	defer r.progress("comparing what packets meet")()
	report := chain.Prove(chain.Texts{IPSet: live[plan.IPSet], IPTables: live[plan.IPTables], IP6Tables: live[plan.IP6Tables]}, p)
	w := r.trafficWriter(p, config)
	t := &plan.Traffic{Unknown: len(report.Unknown), Endpoints: []plan.Affects{}, Beyond: []string{}}
	var list []*shownEndpoint
	for i := range report.Differences {
		// What a set lacks or has too much stands among the changes; what that does to
		// packets is told of those who look into it.
		if d := &report.Differences[i]; !strings.HasPrefix(d.Where, "set ") {
			list = w.text(list, d)
		}
	}
	var all analysis.Tally
	for _, e := range joined(list) {
		for i := range e.changes {
			all.Add(e.changes[i].effect)
		}
		t.Add(affects(e))
	}
	t.Compared = report.Proved + len(list) + len(report.Unknown)
	t.Class = all.Class().String()
	if t.Unknown > 0 {
		t.Class = analysis.Incomparable.String()
	}
	return t
}

// text adds a difference to its endpoint: the text is what was, the policy what will be.
// What happens beside a verdict that changes nobody needs to be told.
func (w *trafficWriter) text(list []*shownEndpoint, d *chain.Difference) []*shownEndpoint {
	name, dir, _ := strings.Cut(d.Where, " ")
	e := &shownEndpoint{names: []string{name}, nodes: []string{""}, dir: valueOf(ir.In, ir.Through, dir), families: []string{d.Family.String()}}
	if n := len(list); n > 0 && list[n-1].names[0] == name && list[n-1].dir == e.dir && list[n-1].families[0] == e.families[0] {
		e = list[n-1]
	} else {
		list = append(list, e)
	}
	c := shownChange{effect: effectOf(d.Text, d.Policy), was: d.Text, is: d.Policy, after: deciders{first: originDecider(d.Origin, verdictOf(d.Policy))}}
	if d.Rule != "" {
		c.before.first = decider{File: "line " + strconv.Itoa(d.Line), Text: d.Rule}
	}
	if c.effect == analysis.NoEffect && len(e.changes) > 0 {
		return list
	}
	c.boxes, c.more = w.boxes(d.Packets)
	c.witness = w.witness(&analysis.EndpointChange{Endpoint: name, Direction: e.dir, Family: d.Family}, verdictOf(d.Policy), d.Packet)
	e.changes = append(e.changes, c)
	e.class = classOf(e.changes)
	return list
}

func classOf(changes []shownChange) analysis.Class {
	var t analysis.Tally
	for i := range changes {
		t.Add(changes[i].effect)
	}
	return t.Class()
}

// verdictOf is the verdict at the beginning of an outcome's words.
func verdictOf(outcome string) ir.VerdictKind {
	word, _, _ := strings.Cut(outcome, " ")
	return valueOf(ir.Accept, ir.Reject, word)
}

// effectOf is what becomes of packets by the words of two outcomes, which begin with a
// verdict; words without one tell of something beside it.
func effectOf(was, is string) analysis.Effect {
	before, _, _ := strings.Cut(was, " ")
	after, _, _ := strings.Cut(is, " ")
	refuses := []string{ir.Drop.String(), ir.Reject.String()}
	passes := func(word string) bool { return word == ir.Accept.String() }
	switch {
	case passes(after) && slices.Contains(refuses, before):
		return analysis.Opens
	case passes(before) && slices.Contains(refuses, after):
		return analysis.Closes
	case slices.Contains(refuses, before) && slices.Contains(refuses, after):
		return analysis.Answers
	case passes(before) && passes(after):
		return analysis.Inspects
	}
	return analysis.NoEffect
}
