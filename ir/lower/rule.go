package lower

import (
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// place is where a source rule is generated: the chain and what it lends.
type place struct {
	dir   ir.Direction
	host  bool        // host chains: -i is an interface of the node
	card  string      // guest chains: the NIC that -i names
	queue *ir.Queue   // what Accept means here, if it is a queue
	group string      // the body of this group
	live  ir.Families // families whose generation still goes on here
}

// generated is what became of one source rule at one place.
type generated struct {
	skipped []ir.Node // what did not come to be; stands before nodes
	nodes   []ir.Node
	died    [2]string // the daemon's text per family, empty where all went well
	origin  ir.Origin
}

// room is where the nodes of a rule stand until its caller has taken them, which is
// before the next rule: most rules become one node, which is worth no list of its own.
type room struct {
	skipped [1]ir.Node
	nodes   [4]ir.Node
}

// deadIn lists the families that the rule died in, in the daemon's order.
func (g *generated) deadIn() []ir.Family {
	var out []ir.Family
	for f := ir.V4; f <= ir.V6; f++ {
		if g.died[f] != "" {
			out = append(out, f)
		}
	}
	return out
}

// source generates one source rule at a place. A rule of another direction
// gives nothing at all.
func (l *lowering) source(r *config.Rule, at place) generated {
	if !concerns(r, at.dir) {
		return generated{}
	}
	if s := idle(r, at); s != nil {
		return generated{skipped: append(l.room.skipped[:0], s)}
	}
	switch {
	case at.dir == ir.Through:
		return l.forwarded(r, at)
	case r.Type == config.GroupRule:
		return l.call(r, at)
	}
	return l.rule(r, at)
}

// concerns reports whether a rule belongs to chains of a direction. A rule of a
// misspelt type belongs to both, as a line that is dead in either.
func concerns(r *config.Rule, dir ir.Direction) bool {
	switch r.Type {
	case config.ForwardRule:
		return dir == ir.Through
	case config.InRule:
		return dir == ir.In
	case config.OutRule:
		return dir == ir.Out
	}
	return true
}

// idle returns why a rule generates nothing at a place, nil if it does.
func idle(r *config.Rule, at place) *ir.Skipped {
	switch {
	case len(r.Dead) > 0:
		return skip(r, at, ir.AtVerify, "its parameters are wrong: "+r.Dead[0].Param+": "+r.Dead[0].Text)
	case r.Disabled:
		return skip(r, at, ir.AtDesign, "the rule is disabled")
	case at.card != "" && given(r.Iface) && r.Iface != at.card:
		return skip(r, at, ir.AtDesign, notThisCard(r.Iface))
	case r.Type == config.OtherType || r.Type == config.GroupRule && r.Group == nil ||
		r.Type != config.GroupRule && r.Action == config.OtherAction:
		return skip(r, at, ir.AtVerify, "its type or action is unknown")
	}
	return nil
}

// given reports whether a text restricts anything: "" and "0" are false to the
// daemon (reference/pve-firewall §11.1).
func given(text string) bool { return text != "" && text != "0" }

// skip stands in the place of a rule without effect.
func skip(r *config.Rule, at place, stage ir.Stage, reason string) *ir.Skipped {
	return &ir.Skipped{Stage: stage, Families: familiesOf(r), Reason: reason, Origin: ruleOrigin(r, at)}
}

// familiesOf returns the passes that a rule takes part in (reference/pve-firewall
// §5.11).
func familiesOf(r *config.Rule) ir.Families {
	switch r.Family {
	case config.IPv4:
		return ir.OnlyV4
	case config.IPv6:
		return ir.OnlyV6
	}
	return ir.Both
}

func ruleOrigin(r *config.Rule, at place) ir.Origin {
	o := ir.Origin{Span: r.Span(), Steps: ruleSteps(r)}
	if at.group != "" {
		last := o.Steps[0]
		o.Steps = nil
		return o.With(ir.ByGroup, at.group).With(last.Kind, last.Name)
	}
	return o
}

// rule generates an IN or OUT rule: all templates of its macro or none
// (reference/pve-firewall §9.5).
func (l *lowering) rule(r *config.Rule, at place) generated {
	made := generated{origin: ruleOrigin(r, at), nodes: l.room.nodes[:0]}
	if reason := l.meantOtherwise(r); reason != "" {
		made.skipped = append(made.skipped, skip(r, at, ir.AtGenerate, reason))
		return made
	}
	var room [2]variant
	list := variants(room[:0], r)
	if len(list) == 0 {
		made.skipped = append(made.skipped, skip(r, at, ir.AtGenerate, "macro "+r.Macro.Name+" has nothing for the rule's family"))
	}
	for _, v := range list {
		l.variant(r, v, at, &made)
	}
	return made
}

// variant generates the rules of one template list for its families.
func (l *lowering) variant(r *config.Rule, v variant, at place, made *generated) {
	before := len(made.nodes)
	for _, fields := range v.templates {
		m := l.match(r, fields, v.families, at)
		if m.unknown == "" && m.died != "" {
			made.nodes = made.nodes[:before]
			l.die(v.families, m.died, made)
			return
		}
		if stage, reason := l.giveUp(r, &m, v.families&at.live, made.origin); reason != "" {
			made.nodes = made.nodes[:before]
			made.skipped = append(made.skipped, &ir.Skipped{Stage: stage, Families: v.families, Reason: reason, Origin: made.origin})
			return
		}
		made.nodes = append(made.nodes, &ir.Rule{Families: v.families, Match: m.match, Log: l.ruleLog(r, at),
			Verdict: verdict(r.Action, at), Origin: made.origin})
	}
}

// giveUp returns why a rule that the daemon generates in the live families does
// not stand in the policy, "" if it does.
func (l *lowering) giveUp(r *config.Rule, m *matched, live ir.Families, origin ir.Origin) (ir.Stage, string) {
	switch {
	case m.unknown != "":
		return ir.AtTarget, m.unknown
	case m.refused != "" && live == ir.NoFamily:
		return ir.AtGenerate, "generation has ended before this rule"
	case m.refused != "" && !l.refuse(live, m.refused, origin, r.ParamSpan(m.blamed)):
		return ir.AtGenerate, "the kernel's tools would refuse it: " + m.refused
	case !l.octalNumber(m, r):
		return ir.AtGenerate, "the kernel's tools read " + m.octal + " as octal"
	case !l.cutProto(m, r):
		return ir.AtGenerate, "the kernel's tools read " + r.Proto + " as tcp"
	case !l.everyType(m, r):
		return ir.AtGenerate, "the kernel takes ICMP type 255 for all types"
	}
	return ir.AtGenerate, m.never
}

// die records a generation error for the families it happens in.
func (l *lowering) die(fams ir.Families, text string, made *generated) {
	for f := ir.V4; f <= ir.V6; f++ {
		if fams.Has(f) {
			made.died[f] = text
		}
	}
	made.skipped = append(made.skipped, &ir.Skipped{Stage: ir.AtGenerate, Families: fams,
		Reason: "the rule cannot be generated", Message: text, Origin: made.origin})
}

func verdict(a config.Action, at place) ir.Verdict {
	switch a {
	case config.AcceptAction:
		return ir.Verdict{Kind: ir.Accept, Queue: at.queue}
	case config.RejectAction:
		return ir.Verdict{Kind: ir.Reject}
	}
	return ir.Verdict{Kind: ir.Drop}
}
