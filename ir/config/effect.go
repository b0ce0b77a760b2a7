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
	d.Effects.PVEFirewall = lead + consequence(v.rule)
	d.Effect = "The rule has no effect: " + consequence(v.rule)
	if d.Effects.ProxmoxFirewall == "" {
		d.Effects.ProxmoxFirewall = previewEffects[d.Rule.Code]
	}
	if v.rule.Disabled {
		d.Effects.ProxmoxFirewall = ""
	}
}

// consequence is what a rule without effect means for traffic.
func consequence(r *Rule) string {
	switch {
	case r.Disabled:
		return "it is disabled today, and enabling it would not bring it into force."
	case r.Type == GroupRule:
		return "no rule of the group is applied here, so traffic that the group should block may pass."
	case r.Action == DropAction || r.Action == RejectAction:
		return "traffic that it should block may pass."
	case r.Action == AcceptAction:
		return "traffic that it should let in stays with the rules below and the policy."
	}
	return "traffic goes on to the rules below and the policy, so what it should block may pass."
}

const (
	refusesUpdate = "Refuses the whole update, so all old rules stay."
	skipsRule     = "Leaves the rule out with a warning."
	keepsRule     = "Takes the rule as written."
	widensMatch   = "Takes the rule without this restriction, so it matches more than written."
	kernelRefuses = "Writes a rule that the kernel refuses, so the whole update fails."
)

// previewEffects is what proxmox-firewall makes of lines that are dead under
// pve-firewall, where the dialect records agree.
var previewEffects = map[string]string{
	"action-case": refusesUpdate, "action-unknown": refusesUpdate,
	"address-invalid": refusesUpdate, "address-list-mixed-family": refusesUpdate,
	"alias-unknown": skipsRule, "ipset-unknown": skipsRule, "macro-unknown": skipsRule,
	"alias-used-as-ipset": skipsRule, "ipset-used-as-alias": skipsRule, "name-case": skipsRule,
	"use-before-definition": "Finds the name: order does not matter to it.",
	"address-host-bits":     keepsRule, "family-mismatch": widensMatch,
	"direction-not-allowed": refusesUpdate, "rule-type-unknown": refusesUpdate,
	"iface-not-net": refusesUpdate, "iface-in-group": keepsRule,
	"icmp-type-needs-icmp": widensMatch, "icmp-type-and-port": refusesUpdate,
	"macro-parameter-conflict": keepsRule,
	"port-without-protocol":    "Takes the rule without the ports, so it matches every port.",
	"protocol-has-no-ports":    "Takes the rule without the ports, so it matches every port.",
	"port-invalid":             refusesUpdate, "port-range-backwards": refusesUpdate,
	"port-range-dash": refusesUpdate, "port-list-too-long": keepsRule,
	"list-extra-comma": refusesUpdate, "protocol-unknown": kernelRefuses,
	"range-in-list": keepsRule,
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
