package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/compiler/nft/space"
	"github.com/pvefw/pvefw/internal/plan"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/packet"
)

// trafficBudget bounds the comparison of packets: ten seconds, roughly.
var trafficBudget = analysis.Budget{Total: 1 << 26}

// traffic compares what packets meet before and after.
func (r *planRun) traffic(p *planned, policy *ir.Policy) *plan.Traffic {
	t := &plan.Traffic{Endpoints: []plan.Affects{}, Beyond: []string{}}
	switch {
	case p.delta.Empty():
		t.Class = analysis.Equal.String()
		return t
	case len(p.live.Program.Tables) == 0:
		t.Note = "nothing of pvefw is in force yet, so they are not compared"
		return t
	case len(p.want.Tables) == 0:
		t.Note = "the firewall is off in the files: pvefw filters nothing then"
		return t
	case len(p.live.Foreign) > 0:
		t.Note = "what others put into pvefw's tables is not counted in"
	}
	defer r.progress("comparing what packets meet")()
	before, after, alike := p.compared()
	found := space.Compare(before, after, trafficBudget)
	w := r.trafficWriter(policy, p.config)
	var list []*shownEndpoint
	for i := range found.Endpoints {
		list = append(list, w.endpoint(&found.Endpoints[i]))
	}
	for _, e := range joined(list) {
		t.Add(affects(e))
	}
	t.Class, t.Compared, t.Unknown = found.Class().String(), found.Compared+alike, found.Unknown
	t.More += found.More
	for _, part := range found.Beyond {
		t.NotCompared(partText(part))
	}
	return t
}

// compared are the programs whose packets are compared, and how many lists of endpoints
// are known to be alike that neither has: those of a card in both directions and families.
func (p *planned) compared() (before, after *nft.Program, alike int) {
	if p.parts == nil {
		return p.live.AtItsWord(), p.want, 0
	}
	live := plan.Live{Program: p.parts.Live}
	return live.AtItsWord(), p.parts.Built, 4 * p.parts.Cards
}

// partText names a chain or a set.
func partText(p space.Part) string {
	if p.Set != "" {
		return "the set " + p.Set
	}
	return "the chain " + p.Chain
}

func (r *planRun) trafficWriter(p *ir.Policy, config string) *trafficWriter {
	names := &packet.Names{}
	addSets(names, p)
	return &trafficWriter{run: r, policy: p, witnesses: analysis.NewWitnesses(nil, p), names: names, config: config}
}

// trafficWriter brings differences of programs into the form in which differences are
// shown.
type trafficWriter struct {
	run       *planRun
	config    string
	policy    *ir.Policy
	witnesses *analysis.Witnesses
	names     *packet.Names
}

func (w *trafficWriter) endpoint(e *space.EndpointChange) *shownEndpoint {
	one := &shownEndpoint{names: []string{e.Endpoint}, nodes: []string{""}, dir: e.Direction, families: []string{e.Family.String()},
		class: e.Class, presence: e.Presence, unknown: e.Unknown}
	for _, b := range bunches(e.Changes) {
		one.changes = append(one.changes, w.change(e, b))
	}
	for i := range e.Effects {
		if len(e.Changes) > 0 {
			break // a packet with another fate is logged otherwise: nobody needs to be told
		}
		x := &e.Effects[i]
		c := shownChange{effect: analysis.NoEffect, was: "nothing of the kind", is: x.What}
		if x.Gone {
			c.was, c.is = c.is, c.was
		}
		c.boxes, c.more = w.boxes(x.Packets)
		one.changes = append(one.changes, c)
	}
	return one
}

// programBunch is changes that are shown as one: all that one rule does now, or did.
type programBunch struct {
	effect  analysis.Effect
	was, is []space.Fate
	packets packet.Set
}

// bunches brings changes together by what decides now; what is left to a policy or to
// what is done with noise counts as one.
func bunches(changes []space.Change) []*programBunch {
	var list []*programBunch
	known := map[string]*programBunch{}
	for i := range changes {
		c := &changes[i]
		key := fmt.Sprint(c.Effect(), c.Is.Verdict, ruleText(c.Is))
		if c.Effect() == analysis.Closes && closing(c.Is) {
			key = fmt.Sprint(c.Effect(), c.Is.Verdict)
		}
		if b := known[key]; b != nil {
			b.was, b.is, b.packets = append(b.was, c.Was), append(b.is, c.Is), b.packets.Union(c.Packets)
			continue
		}
		known[key] = &programBunch{c.Effect(), []space.Fate{c.Was}, []space.Fate{c.Is}, c.Packets}
		list = append(list, known[key])
	}
	return list
}

// closing reports whether a list only ends so: with its policy, or with the noise that
// is dropped before.
func closing(f space.Fate) bool {
	if f.Rule == nil {
		return true
	}
	return slices.ContainsFunc(f.Rule.Origins, func(o ir.Origin) bool {
		n := len(o.Steps)
		return n > 0 && (o.Steps[n-1].Kind == ir.ByPolicy || o.Span.IsZero())
	})
}

func ruleText(f space.Fate) string {
	if f.Rule == nil {
		return ""
	}
	return f.Rule.Place.Table + " " + f.Rule.Place.Chain + " " + f.Rule.Comment + f.Rule.Text()
}

func (w *trafficWriter) change(e *space.EndpointChange, b *programBunch) shownChange {
	c := shownChange{effect: b.effect, was: outcomes(b.was), is: outcomes(b.is), before: fateDeciders(b.was), after: fateDeciders(b.is)}
	c.boxes, c.more = w.boxes(b.packets)
	at := &analysis.EndpointChange{Endpoint: e.Endpoint, Direction: e.Direction, Family: e.Family, Presence: e.Presence}
	c.witness = w.witness(at, b.is[0].Verdict, (&space.Change{Packets: b.packets}).Witness())
	return c
}

// boxes are the packets in words: those of ordinary connections, if there are any.
func (w *trafficWriter) boxes(s packet.Set) (texts []string, more bool) {
	boxes, whole := s.UsualBoxes(mostBoxes)
	if len(boxes) == 0 && whole {
		boxes, whole = s.Boxes(mostBoxes)
	}
	for _, b := range boxes {
		texts = append(texts, b.Text(w.names))
	}
	return texts, !whole
}

func outcomes(fates []space.Fate) string {
	var words []string
	for _, f := range fates {
		words = with(words, []string{f.Verdict.String()})
	}
	return strings.Join(words, " or ")
}

// fateDeciders are the rules of one side. Lists begin with exceptions and end with what is
// general, so the last one that stands in a line of a file comes first.
func fateDeciders(fates []space.Fate) deciders {
	var list []decider
	for _, f := range fates {
		list = with(list, []decider{ruleDecider(f)})
	}
	out := deciders{list[len(list)-1], len(list) - 1}
	for _, d := range list {
		if d.Line > 0 || strings.Contains(d.File, ":") {
			out.first = d
		}
	}
	return out
}

// ruleDecider is the line of a file where a rule was made of one, else the rule itself
// and what its comment says.
func ruleDecider(f space.Fate) decider {
	if f.Rule == nil {
		return decider{}
	}
	if o := f.Rule.Origins; len(o) == 1 {
		return originDecider(o[0], f.Verdict)
	}
	_, place, _ := strings.Cut(f.Rule.Comment, " ")
	return decider{File: place, Text: f.Rule.Text()}
}

// originDecider is the line of a file that decides, or what made the rule.
func originDecider(o ir.Origin, v ir.VerdictKind) decider {
	d := placeDecider(o)
	d.Text = packet.Decision{Rule: &ir.Rule{Origin: o, Verdict: ir.Verdict{Kind: v}}}.Step().Text
	return d
}

// witness is a packet as a command that shows what becomes of it by the files; empty where
// none does.
func (w *trafficWriter) witness(at *analysis.EndpointChange, is ir.VerdictKind, p *packet.Packet) string {
	if at.Presence == analysis.Vanishes {
		return ""
	}
	at.Presence, at.Bridge = analysis.Appears, w.bridge(at.Endpoint) // so that only the side of the files is walked
	found := w.witnesses.Walking(at, &analysis.Change{Is: analysis.Fate{Decided: true, Verdict: ir.Verdict{Kind: is}}}, p)
	if !found.Walked {
		return ""
	}
	return w.run.simulate(w.config) + " " + asked{query: found.Query}.flags()
}

func (w *trafficWriter) bridge(endpoint string) string {
	for _, nic := range w.policy.NICs {
		if nic.Name == endpoint {
			return nic.Bridge
		}
	}
	return ""
}

// simulate is the beginning of the command that asks about the files.
func (r *planRun) simulate(config string) string {
	text := "pvefw simulate"
	if config != "" {
		text += " " + shellWord(config)
	}
	if r.node != "" {
		text += " --node " + shellWord(r.node)
	}
	if r.backend == "nft" && r.semantics != "reference" {
		text += " --semantics intended"
	}
	return text
}
