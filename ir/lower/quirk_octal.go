package lower

import (
	"strings"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// octalAddress returns the first address of a rule that has a number with a
// leading zero, which the kernel's tools read as octal while people read it as
// decimal (reference/pve-firewall §5.10, §11.8). Resolve reports these.
func octalAddress(r *config.Rule) string {
	for _, a := range []*config.Addr{&r.Source, &r.Dest} {
		if a.Literal && hasOctal(a.Text, strings.Contains(a.Text, ":")) {
			return a.Text
		}
	}
	return ""
}

// octalNumber handles a port or ICMP type that iptables reads as octal: it is
// reported, and under Intended the rule does not stand.
func (l *lowering) octalNumber(m *matched, r *config.Rule) (stands bool) {
	if m.octal == "" {
		return true
	}
	l.hazard(ir.Origin{Span: r.ParamSpan(m.blamed)}, "the kernel's tools read "+m.octal+" as octal",
		"The rule matches another number than it seems to name.")
	return l.reference()
}

// hasOctal looks at the bytes of IPv4 addresses and at prefix lengths.
func hasOctal(text string, v6 bool) bool {
	for item := range strings.FieldsFuncSeq(text, isOneOf(",-")) {
		host, mask, _ := strings.Cut(item, "/")
		if looksOctal(mask) {
			return true
		}
		if v6 {
			continue
		}
		for part := range strings.SplitSeq(host, ".") {
			if looksOctal(part) {
				return true
			}
		}
	}
	return false
}

func isOneOf(set string) func(rune) bool {
	return func(c rune) bool { return strings.ContainsRune(set, c) }
}
