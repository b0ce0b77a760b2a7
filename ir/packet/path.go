package packet

import (
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// record adds what a list said about the packet to the path, and ends the walk
// where it said Drop or Reject.
func (w *walk) record(d Decision, chain string, dir ir.Direction) {
	for _, c := range d.Calls {
		w.path = append(w.path, Step{Span: c.Origin.Span, Text: lineOf(c.Origin), Chain: chain, Origin: c.Origin})
	}
	if !d.Decided {
		return
	}
	if d.Within != nil {
		chain = "group " + d.Within.Group.Name + " " + dir.String()
	}
	step := decisionStep(d)
	step.Chain, step.Verdict = chain, w.verdictOf(d)
	if step.Verdict != Accepted {
		w.end(step)
		return
	}
	w.path = append(w.path, step)
}

// Step is the place that decided, as a walk shows it, without chain and verdict.
// Something must have decided.
func (d Decision) Step() Step { return decisionStep(d) }

func decisionStep(d Decision) Step {
	if b, ok := d.Node.(*ir.Builtin); ok {
		return Step{Span: b.Origin.Span, Text: b.Kind.Describe(), Origin: b.Origin, Log: d.Rule.Log}
	}
	o := d.Rule.Origin
	text := lineOf(o)
	if text == "" {
		text = optionOf(o) + ": " + d.Rule.Verdict.Kind.String()
	}
	return Step{Span: o.Span, Text: text, Origin: o, Log: d.Rule.Log}
}

// lineOf returns the source line of an origin, empty where it has none.
func lineOf(o ir.Origin) string {
	if o.Span.IsZero() || o.Span.WholeFile() {
		return ""
	}
	line := o.Span.File.Line(o.Span.From().Line)
	return strings.TrimSpace(line.Text())
}

// optionOf names what an origin without a line stands for: an option that no
// file sets, otherwise its last step.
func optionOf(o ir.Origin) string {
	for _, s := range o.Steps {
		if s.Kind == ir.ByDefault {
			return s.Name + " by default"
		}
	}
	if n := len(o.Steps); n > 0 {
		return o.Steps[n-1].Name
	}
	return "rule without a line"
}

// verdictOf turns a decision into what the sender sees.
func (w *walk) verdictOf(d Decision) string {
	switch d.Verdict.Kind {
	case ir.Accept:
		return Accepted
	case ir.Reject:
		if w.packet.answered() {
			return Rejected
		}
	}
	return Dropped
}

// unfiltered records that an endpoint lets everything through: because of why, or for
// the reason that text gives.
func (w *walk) unfiltered(e *ir.Endpoint, d ir.Direction, why *ir.Skipped, text string) {
	step := Step{Text: text, Chain: "host " + d.String()}
	if e != nil {
		step.Span, step.Origin, step.Chain = e.Origin.Span, e.Origin, e.Name+" "+d.String()
	}
	if why != nil {
		step.Text = why.Reason
		if !why.Origin.Span.IsZero() {
			step.Span, step.Origin = why.Origin.Span, why.Origin
		}
	}
	w.path = append(w.path, step)
}

// idle finds why nothing of an endpoint is in force: its firewall is off, or something
// ended the making of its chains half-way (reference/pve-firewall §9.5).
func (w *walk) idle(e *ir.Endpoint) *ir.Skipped {
	switch {
	case e == nil:
		return nil
	case e.OffReason != nil:
		return e.OffReason
	}
	for _, c := range []*ir.Chain{e.In, e.Out} {
		if c == nil || c.Build[w.packet.Family].Hooked {
			continue
		}
		if n := c.Build[w.packet.Family].Nodes; n < len(c.Nodes) {
			if dead, ok := c.Nodes[n].(*ir.Skipped); ok {
				return dead
			}
		}
	}
	return nil
}
