package iptables

import (
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// match writes a rule's match in the order of the daemon's generic writer:
// interfaces, addresses, protocol, ICMP type, ports, address type
// (reference/pve-firewall §6.3).
func match(m *ir.Match, f ir.Family) string {
	return join(
		option("-i", m.In), option("-o", m.Out),
		address(m.Source, f, "-s", "src"), address(m.Dest, f, "-d", "dst"),
		protocol(m.Proto), icmp(m), ports(m),
		addressType(m.DstType),
	)
}

// unwritable names what the writer knows no text for, if a match has that.
func unwritable(m *ir.Match) string {
	switch {
	case m.SrcType != ir.AnyType:
		return "a source address type"
	case m.State != 0:
		return "a connection state"
	case m.NotMAC != "":
		return "a hardware address"
	case m.Flags != nil:
		return "TCP flags"
	}
	return ""
}

func option(name, value string) string {
	if value == "" {
		return ""
	}
	return name + " " + value
}

// address writes one end. Lists stay as written: iptables expands them itself.
func address(a *ir.Addr, f ir.Family, flag, end string) string {
	switch {
	case a == nil:
		return ""
	case a.Set != nil:
		return "-m set " + negation(a.Negated) + "--match-set " + a.Set.KernelName(f) + " " + end
	case a.Range != nil || strings.Contains(a.Text, "-"):
		// A range of networks has no Range value, yet the daemon prints it so.
		return "-m iprange --" + end + "-range " + a.Text
	}
	return flag + " " + a.Text
}

func negation(negated bool) string {
	if negated {
		return "! "
	}
	return ""
}

func protocol(p *ir.Proto) string {
	if p == nil {
		return ""
	}
	return "-p " + p.Text
}

// icmp writes the types: that of -icmp-type, whose match module is named after the
// protocol as written, before that of dport, whose module goes by the family.
func icmp(m *ir.Match) string {
	var parts []string
	for c := m.ICMP; c != nil; c = c.Also {
		word := "icmp"
		if c.V6 {
			word = "icmpv6"
		}
		module := word
		if c.Option && m.Proto != nil {
			module = m.Proto.Text
		}
		parts = append(parts, "-m "+module+" --"+word+"-type "+c.Text)
	}
	return strings.Join(parts, " ")
}

// ports writes both ends. iptables wants single ports before multiport, so the
// destination comes first when only the source is a list.
func ports(m *ir.Match) string {
	sport, dport := port(m.SPort, "sport"), port(m.DPort, "dport")
	if m.SPort != nil && m.SPort.List {
		return join(dport, sport)
	}
	return join(sport, dport)
}

func port(p *ir.Ports, word string) string {
	switch {
	case p == nil:
		return ""
	case p.List:
		return "--match multiport --" + word + "s " + p.Text
	}
	return "--" + word + " " + p.Text
}

func addressType(t ir.AddrType) string {
	switch t {
	case ir.Broadcast:
		return "-m addrtype --dst-type BROADCAST"
	case ir.Multicast:
		return "-m addrtype --dst-type MULTICAST"
	case ir.Anycast:
		return "-m addrtype --dst-type ANYCAST"
	}
	return ""
}
