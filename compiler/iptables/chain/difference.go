package chain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// Difference is one way in which a text does something else than a policy says.
type Difference struct {
	Family ir.Family
	Where  string         // host IN, vm100/net0 OUT, routed, bridged, raw, set PVEFW-0-lan-v4
	Packet *packet.Packet // a packet that shows it; nil for a set that is missing

	Packets packet.Set // all packets of the kind; zero for a set that is missing

	Policy string    // what becomes of it by the policy, or the effect that it has there alone
	Origin ir.Origin // where that stands

	Text string // what becomes of it by the text, or the effect that it has there alone
	Line int    // of the text, which decides; 0 where nothing does
	Rule string // that line
}

// String is one line for people.
func (d Difference) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: policy %s, text %s", d.Family, d.Where, d.Policy, d.Text)
	if d.Line > 0 {
		fmt.Fprintf(&b, " by line %d: %s", d.Line, d.Rule)
	}
	if d.Packet != nil {
		fmt.Fprintf(&b, "; packet %+v", *d.Packet)
	}
	return b.String()
}

// comparison is the work on one question.
type comparison struct {
	*proving
	question question
	unknown  bool
	found    []Difference
}

// outcomes compares the verdicts. Both sides hold all packets, so it is enough to
// look for those that the text gives to another outcome.
func (c *comparison) outcomes(want, got Fates) {
	for _, o := range sortedOutcomes(want.outcomes) {
		missing := c.minus(want.Outcome(o), got.Outcome(o))
		switch missing.Empty() {
		case packet.Unknown:
			c.unknown = true
		case packet.No:
			p, _ := missing.Sample()
			fate := c.net.Walk(c.question.at, p)
			c.differ(missing, p, o.String(), c.text(fate), fate.Rule)
		}
	}
}

// text is a fate in the words of the question.
func (c *comparison) text(f Fate) string {
	if !f.Known {
		return "unknown"
	}
	f.Outcome.Marked = f.Outcome.Marked && c.question.marks
	return f.Outcome.String()
}

// minus allows for a side that has no such packets at all.
func (c *comparison) minus(a, b packet.Set) packet.Set {
	if b == (packet.Set{}) {
		return a
	}
	return a.Minus(b)
}

func sortedOutcomes(outcomes map[packet.Outcome]packet.Set) []packet.Outcome {
	return slices.SortedFunc(maps.Keys(outcomes), func(a, b packet.Outcome) int { return strings.Compare(a.String(), b.String()) })
}

// effects compares what happens beside the verdict, both ways.
func (c *comparison) effects(want, got Fates) {
	for _, what := range slices.Sorted(maps.Keys(merged(want.effects, got.effects))) {
		a, b := want.effects[what], got.Effect(what)
		if a != (packet.Set{}) {
			c.effect(c.minus(a, b), what, "nothing of the kind")
		}
		if b != (packet.Set{}) {
			c.effect(c.minus(b, a), "nothing of the kind", what)
		}
	}
}

func merged(a, b map[string]packet.Set) map[string]packet.Set {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

func (c *comparison) effect(rest packet.Set, policy, text string) {
	switch rest.Empty() {
	case packet.Unknown:
		c.unknown = true
	case packet.No:
		p, _ := rest.Sample()
		c.differ(rest, p, policy, text, c.net.Walk(c.question.at, p).Rule)
	}
}

func (c *comparison) differ(all packet.Set, p *packet.Packet, policy, text string, rule *Rule) {
	d := Difference{Family: c.family, Where: c.question.where, Packet: p, Packets: all, Policy: policy, Text: text, Origin: c.origin(p)}
	if rule != nil {
		d.Line, d.Rule = rule.Line, rule.Text
	}
	c.found = append(c.found, d)
}

// origin is what decides about a packet in the policy; zero where nothing does.
func (c *comparison) origin(p *packet.Packet) ir.Origin {
	e, walking := packet.NewEvaluator(c.policy), *p
	for i := range c.question.stages {
		s := &c.question.stages[i]
		d := e.Chain(s.chain, &walking)
		if s.chain == nil {
			d = e.Frame(s.body, &walking)
		}
		switch {
		case d.Decided && d.Node != ir.Node(d.Rule):
			return d.Node.(*ir.Builtin).Origin
		case d.Decided:
			return d.Rule.Origin
		}
	}
	return ir.Origin{}
}
