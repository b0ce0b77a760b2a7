package lower

import (
	"strconv"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
)

// icmpOption applies -icmp-type. The reader lets the value 0 pass with any
// protocol, and generation dies of it (reference/pve-firewall §5.9).
func icmpOption(m *matched, proto, text string) {
	if text == "" {
		return
	}
	switch proto {
	case "icmp", "icmpv6", "ipv6-icmp":
		m.match.ICMP = icmpType(m, text, proto != "icmp")
		if m.match.ICMP != nil {
			m.match.ICMP.Option = true
		}
	default:
		m.fail(&m.died, "'icmp-type' can only be set if 'icmp', 'icmpv6' or 'ipv6-icmp' is specified")
	}
}

// icmpPort applies a dport that means an ICMP type: a name of the protocol's own
// family or a number up to 255 (reference/pve-firewall §5.8).
func icmpPort(m *matched, text string, v6 bool) {
	if isDigits(text) {
		if n, err := strconv.Atoi(text); err != nil || n > 255 {
			m.fail(&m.died, "invalid icmp-type '"+text+"'")
			return
		}
	} else if _, ok := facts.ICMPTypeByName(text, v6); !ok {
		m.fail(&m.died, "unknown icmp-type '"+text+"'")
		return
	}
	t := icmpType(m, text, v6)
	if option := m.match.ICMP; option != nil { // the rule's -icmp-type beside its macro's type
		option.Also = t
		return
	}
	m.match.ICMP = t
}

// icmpType reads a type as iptables does: numbers with a leading zero are octal.
func icmpType(m *matched, text string, v6 bool) *ir.ICMP {
	if t, ok := facts.ICMPTypeByName(text, v6); ok {
		return &ir.ICMP{Text: text, V6: v6, Any: t.Any, Type: t.Type, Code: t.Code}
	}
	m.octalText(text)
	n, ok := readNumber(text, 255)
	if !ok {
		m.refuse("invalid ICMP type `" + text + "'")
	}
	if n == everyICMP && !v6 {
		m.every, m.everyOf = true, m.reading
	}
	return &ir.ICMP{Text: text, V6: v6, Any: m.every, Type: uint8(n), Code: -1}
}
