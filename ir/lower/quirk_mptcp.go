package lower

import (
	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// cutProto handles the one protocol whose number is none of the IP header: mptcp is 262,
// of which iptables-nft keeps the 6 of tcp. It is reported, and under Intended the rule
// does not stand.
func (l *lowering) cutProto(m *matched, r *config.Rule) (stands bool) {
	if !m.wrapped {
		return true
	}
	l.hazard(ir.Origin{Span: r.ParamSpan(grammar.Proto)}, "the kernel's tools read the protocol "+r.Proto+" as tcp",
		"The rule matches every TCP packet.")
	return l.reference()
}
