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
	if log != nil && l.logTargets() && r.Macro != nil && r.Macro.For(false) == nil {
		log.Again = familiesOf(r) == ir.Both && at.live.Has(ir.V4)
	}
	return log
}
