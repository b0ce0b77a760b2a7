package lower

import (
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// logTargets reports whether log lines name internal targets. The reference puts
// the chain's own target in the place of a rule's action when it first comes past
// the rule, so whatever it prints of the rule later logs PVEFW-reject or RETURN
// (reference/pve-firewall §6.7). Intended logs the action as written.
func (l *lowering) logTargets() bool { return l.reference() }

// ruleLog is the log of a rule of a file. A macro without IPv4 templates prints
// nothing in the IPv4 pass, which replaces the action all the same, unless the
// rule itself is bound to IPv6: then that pass does not come past it.
func (l *lowering) ruleLog(r *config.Rule, at place) *ir.Log {
	log := logAt(r.Log)
	l.noteLog(log)
	l.judgeLogTarget(log, r, at)
	if log != nil && l.logTargets() && r.Macro != nil && r.Macro.For(false) == nil {
		log.Again = familiesOf(r) == ir.Both && at.live.Has(ir.V4)
	}
	return log
}

// judgeLogTarget reports the first rule of a file that logs a target instead of its
// action, as soon as it is printed twice: for both families.
func (l *lowering) judgeLogTarget(log *ir.Log, r *config.Rule, at place) {
	target := l.loggedTarget(r, at)
	if log == nil || target == "" || at.group != "" || familiesOf(r) != ir.Both || at.live != ir.Both {
		return
	}
	first := findingKey{code: semanticsDiffer.Code, span: r.File.Source.Span(0, 0)}
	if l.found[first] {
		return
	}
	l.found[first] = true
	l.differs(r.Span(), "logged rules of this file name "+target+" in place of "+r.Action.String()+" for IPv6",
		"Whoever looks for the action in the firewall's log misses half of the lines.")
}

// loggedTarget is the target that replaces a rule's action, empty where it has the
// same name.
func (l *lowering) loggedTarget(r *config.Rule, at place) string {
	switch {
	case r.Action == config.RejectAction:
		return "PVEFW-reject"
	case r.Action != config.AcceptAction:
		return ""
	case at.host:
		return "RETURN"
	case at.dir == ir.Out:
		return "PVEFW-SET-ACCEPT-MARK"
	case at.queue != nil:
		return "NFQUEUE"
	}
	return ""
}
