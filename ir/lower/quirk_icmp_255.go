package lower

import (
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// everyICMP is how the kernel stores "all types" of ICMP in IPv4. A file that names
// this number means a type that nobody has defined, and gets them all.
const everyICMP = 255

// everyType handles an ICMP type that stands for all: it is reported, and under
// Intended the rule does not stand.
func (l *lowering) everyType(m *matched, r *config.Rule) (stands bool) {
	if !m.every {
		return true
	}
	l.hazard(ir.Origin{Span: r.ParamSpan(m.everyOf)}, "the kernel takes ICMP type 255 for all types",
		"The rule matches every ICMP packet of IPv4.")
	return l.reference()
}
