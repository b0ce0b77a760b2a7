package lower

import (
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
)

type refusalKey struct {
	carrier ir.Carrier
	span    source.Span
	reason  string
}

// refuse records that iptables-restore would refuse a rule in some families and
// reports whether the rule stands nevertheless: it does under Reference, where
// it takes the whole text down with it. Under Intended only the rule is lost.
// The finding is about word.
func (l *lowering) refuse(fams ir.Families, reason string, origin ir.Origin, word source.Span) bool {
	l.wouldRefuse(word, reason)
	if !l.reference() {
		return false
	}
	if fams.Has(ir.V4) {
		l.refuseText(ir.IPTables, reason, origin)
	}
	if fams.Has(ir.V6) {
		l.refuseText(ir.IP6Tables, reason, origin)
	}
	return true
}

// refuseText records the refusal of one carrier, once per line and reason.
func (l *lowering) refuseText(c ir.Carrier, reason string, origin ir.Origin) {
	key := refusalKey{c, origin.Span, reason}
	if l.refused[key] {
		return
	}
	l.refused[key] = true
	l.policy.Refusals = append(l.policy.Refusals, ir.Refusal{Carrier: c, Reason: reason, Origin: origin})
}
