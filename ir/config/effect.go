package config

import (
	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// cost says what becomes of a line that is dead or dropped.
func (v *verifier) cost(d *diag.Diagnostic) {
	if d.Severity < d.Rule.Severity || d.Rule.Severity < diag.Error {
		return // a remark beside the fault, with an effect of its own
	}
	lead := "Keeps the rule but makes nothing of it: "
	if v.dropped {
		lead = "Drops the line: "
	}
	cost := consequence(v.rule, max(v.rule.Action, v.meant))
	d.Effects.PVEFirewall = lead + cost
	d.Effect = "The rule has no effect: " + cost
}

// consequence is what a rule without effect means for traffic that it was written to
// give to action.
func consequence(r *Rule, action Action) string {
	switch {
	case r.Disabled:
		return "it is disabled today, and enabling it would not bring it into force."
	case r.Type == GroupRule:
		return "no rule of the group is applied here, so traffic that the group should block may pass."
	case action == DropAction || action == RejectAction:
		return "traffic that it should block may pass."
	case action == AcceptAction:
		return "traffic that it should let in stays with the rules below and the policy."
	}
	return "traffic goes on to the rules below and the policy, so what it should block may pass."
}

// meaning names a parameter for people.
func meaning(k grammar.ParamKind) string {
	return [...]string{"interface", "source", "destination", "protocol", "destination port", "source port", "log level", "ICMP type"}[k]
}

// flagName is the parameter's flag as most people write it.
func flagName(k grammar.ParamKind) string {
	switch k {
	case grammar.Iface:
		return "i"
	case grammar.Proto:
		return "p"
	}
	return k.String()
}

// within is the part of span from byte offset from to to.
func within(span source.Span, from, to int) source.Span {
	if from < 0 || to < from || int(span.Start)+to > int(span.End) {
		return span
	}
	span.Start, span.End = span.Start+int32(from), span.Start+int32(to)
	return span
}
