package lower

import (
	"strings"

	"github.com/pvefw/pvefw/ir/config"
)

// meantOtherwise returns why a rule is skipped under Intended although the
// daemon generates it: what it does is not what it says.
func (l *lowering) meantOtherwise(r *config.Rule) string {
	if l.reference() {
		return ""
	}
	if param := zeroed(r); param != "" {
		return param + " 0 restricts nothing"
	}
	if r.Proto == "hopopt" { // number 0, which netfilter takes for all; ip says that it means all
		return "-p hopopt restricts nothing"
	}
	if text := octalAddress(r); text != "" {
		return "the kernel's tools read " + text + " as octal"
	}
	return ""
}

// zeroed returns the parameter whose value 0 restricts nothing: to the daemon it
// is the same as no parameter (reference/pve-firewall §11.1). As an ICMP type 0
// is echo-reply.
func zeroed(r *config.Rule) string {
	isICMP := strings.Contains(r.Proto, "icmp")
	switch "0" {
	case r.Iface:
		return "-i"
	case r.Source.Text:
		return "-source"
	case r.Dest.Text:
		return "-dest"
	case r.Proto:
		return "-p"
	case r.SPort:
		return "-sport"
	case r.DPort:
		if !isICMP {
			return "-dport"
		}
	}
	return ""
}
