package cli

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/compiler/iptables/chain"
	"github.com/pvefw/pvefw/internal/plan"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
)

// textTraffic compares what live texts do to packets with what the files ask for. All
// packets of an endpoint are compared, and of each kind that differs one is shown.
func (r *planRun) textTraffic(live plan.Texts, p *ir.Policy) *plan.Traffic {
	for _, tool := range []plan.Tool{plan.IPSet, plan.IPTables, plan.IP6Tables} {
		if _, there := live[tool]; !there {
			return &plan.Traffic{Endpoints: []plan.Affects{}, Class: "unknown", Note: "they are not compared, because there is no text of " + string(tool)}
		}
	}
	defer r.progress("comparing what packets meet")()
	report := chain.Prove(chain.Texts{IPSet: live[plan.IPSet], IPTables: live[plan.IPTables], IP6Tables: live[plan.IP6Tables]}, p)
	t := &plan.Traffic{Compared: report.Proved + len(report.Differences) + len(report.Unknown), Unknown: len(report.Unknown), Endpoints: []plan.Affects{}}
	var all analysis.Tally
	for i := range report.Differences {
		if d := &report.Differences[i]; d.Packet != nil {
			t.Add(textAffects(d, &all))
		}
	}
	t.Class = all.Class().String()
	if t.Unknown > 0 {
		t.Class = analysis.Incomparable.String()
	}
	return t
}

// textAffects is a difference as a plan tells it: the text is what was, the policy what
// will be.
func textAffects(d *chain.Difference, all *analysis.Tally) plan.Affects {
	name, dir, _ := strings.Cut(d.Where, " ")
	effect := effectOf(d.Text, d.Policy)
	all.Add(effect)
	var one analysis.Tally
	one.Add(effect)
	after := placeDecider(d.Origin)
	return plan.Affects{Names: []string{name}, Direction: dir, Families: []string{d.Family.String()},
		Class: one.Class().String(), Presence: analysis.Stays.String(),
		Fates: []plan.Fate{{Effect: effect.String(), Was: d.Text, Is: d.Policy, Packets: []string{},
			Before: plan.Decider{Text: d.Rule}, After: plan.Decider{Place: after.where()}, Witness: textWitness(d, name, dir)}}}
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

// textWitness is the packet as flags of simulate; empty where they cannot say it.
func textWitness(d *chain.Difference, name, dir string) string {
	from, to := "outside", name
	if dir == ir.Out.String() {
		from, to = name, "outside"
	}
	q, sayable := d.Packet.Query(from, to)
	if !sayable || dir != ir.In.String() && dir != ir.Out.String() {
		return ""
	}
	return "pvefw simulate " + asked{query: q}.flags()
}
