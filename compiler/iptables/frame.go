package iptables

import (
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// This file holds the chains that every node has (reference/pve-firewall §6.4,
// §6.6). The texts are the daemon's; a leading blank stands where it has two.

// standard is a chain of the frame; a rule marked for one family is left out of
// the other.
type standard struct {
	name  string
	rules []frameRule
}

type frameRule struct {
	families ir.Families
	text     string
}

var standardChains = []standard{
	{"PVEFW-SET-ACCEPT-MARK", []frameRule{
		{ir.Both, " -j MARK --set-mark " + markSet},
	}},
	{"PVEFW-DropBroadcast", []frameRule{
		{ir.OnlyV4, "-m addrtype --dst-type BROADCAST -j DROP"},
		{ir.OnlyV4, "-m addrtype --dst-type MULTICAST -j DROP"},
		{ir.OnlyV4, "-m addrtype --dst-type ANYCAST -j DROP"},
		{ir.OnlyV4, "-d 224.0.0.0/4 -j DROP"},
		{ir.OnlyV6, "-d ff00::/8 -j DROP"},
	}},
	{"PVEFW-reject", []frameRule{
		{ir.OnlyV4, "-m addrtype --dst-type BROADCAST -j DROP"},
		{ir.OnlyV4, "-s 224.0.0.0/4 -j DROP"},
		{ir.OnlyV4, "-p icmp -j DROP"},
		{ir.OnlyV6, "-p icmpv6 -j DROP"},
		{ir.Both, "-p tcp -j REJECT --reject-with tcp-reset"},
		{ir.OnlyV4, "-p udp -j REJECT --reject-with icmp-port-unreachable"},
		{ir.OnlyV4, "-p icmp -j REJECT --reject-with icmp-host-unreachable"},
		{ir.OnlyV4, " -j REJECT --reject-with icmp-host-prohibited"},
		{ir.OnlyV6, "-p udp -j REJECT --reject-with icmp6-port-unreachable"},
		{ir.OnlyV6, " -j REJECT --reject-with icmp6-adm-prohibited"},
	}},
	{"PVEFW-tcpflags", []frameRule{
		{ir.Both, "-p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG FIN,PSH,URG -g PVEFW-logflags"},
		{ir.Both, "-p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE -g PVEFW-logflags"},
		{ir.Both, "-p tcp -m tcp --tcp-flags SYN,RST SYN,RST -g PVEFW-logflags"},
		{ir.Both, "-p tcp -m tcp --tcp-flags FIN,SYN FIN,SYN -g PVEFW-logflags"},
		{ir.Both, "-p tcp -m tcp --sport 0 --tcp-flags FIN,SYN,RST,ACK SYN -g PVEFW-logflags"},
	}},
	{"PVEFW-Drop", noise("DROP")},
	{"PVEFW-Reject", noise("PVEFW-reject")},
}

// smurfs exists in IPv4 only, together with its log chain.
var smurfs = standard{"PVEFW-smurfs", []frameRule{
	{ir.OnlyV4, "-s 0.0.0.0/32 -j RETURN"},
	{ir.OnlyV4, "-m addrtype --src-type BROADCAST -g PVEFW-smurflog"},
	{ir.OnlyV4, "-s 224.0.0.0/4 -g PVEFW-smurflog"},
}}

// noise is the chain in front of a DROP or REJECT policy: SMB chatter gets the
// policy's own verdict, the rest of the noise is always dropped.
func noise(verdict string) []frameRule {
	return []frameRule{
		{ir.OnlyV6, "-p tcp --dport 43 -j PVEFW-reject"},
		{ir.Both, " -j PVEFW-DropBroadcast"},
		{ir.OnlyV4, "-p icmp -m icmp --icmp-type fragmentation-needed -j ACCEPT"},
		{ir.OnlyV4, "-p icmp -m icmp --icmp-type time-exceeded -j ACCEPT"},
		{ir.OnlyV6, "-p icmpv6 -m icmpv6 --icmpv6-type destination-unreachable -j ACCEPT"},
		{ir.OnlyV6, "-p icmpv6 -m icmpv6 --icmpv6-type time-exceeded -j ACCEPT"},
		{ir.OnlyV6, "-p icmpv6 -m icmpv6 --icmpv6-type packet-too-big -j ACCEPT"},
		{ir.Both, "-m conntrack --ctstate INVALID -j DROP"},
		{ir.Both, "-p udp --match multiport --dports 135,445 -j " + verdict},
		{ir.Both, "-p udp --dport 137:139 -j " + verdict},
		{ir.Both, "-p udp --sport 137 --dport 1024:65535 -j " + verdict},
		{ir.Both, "-p tcp --match multiport --dports 135,139,445 -j " + verdict},
		{ir.Both, "-p udp --dport 1900 -j DROP"},
		{ir.Both, "-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -j DROP"},
		{ir.Both, "-p udp --sport 53 -j DROP"},
	}
}

// frame makes the standard chains and the way into the guests' chains.
func (p *pass) frame() {
	for _, s := range standardChains {
		p.standard(s)
	}
	p.logChain("PVEFW-logflags", p.policy.TCPFlagsLog, " -j DROP")
	if p.family == ir.V4 {
		p.standard(smurfs)
		p.logChain("PVEFW-smurflog", p.policy.SmurfLog, " -j DROP")
	}
	p.body("PVEFW-FORWARD", p.policy.Forward)
	forward := p.filter.chain("PVEFW-FORWARD")
	forward.frame("-m physdev --physdev-is-bridged --physdev-in fwln+ -j PVEFW-FWBR-IN")
	forward.frame("-m physdev --physdev-is-bridged --physdev-out fwln+ -j PVEFW-FWBR-OUT")
	p.body("PVEFW-FWBR-IN", p.policy.BridgeIn)
	p.filter.chain("PVEFW-FWBR-OUT")
}

func (p *pass) standard(s standard) {
	c := p.filter.chain(s.name)
	for _, r := range s.rules {
		if r.families.Has(p.family) {
			c.frame(r.text)
		}
	}
}

// logChain makes one of the chains that log, when asked to, and drop.
func (p *pass) logChain(name string, log *ir.Log, drop string) {
	c := p.filter.chain(name)
	p.log(c, 0, "", log, "DROP: ")
	c.frame(drop)
}

// body prints a frame body: only built-ins have a place there
// (reference/pve-firewall §6.4: FORWARD rules have no effect).
func (p *pass) body(name string, body *ir.Body) {
	w := &writer{pass: p, chain: p.filter.chain(name), scope: frameScope}
	if body == nil {
		return
	}
	for _, n := range body.Nodes {
		switch n := n.(type) {
		case *ir.Builtin:
			w.builtin(n)
		case *ir.Rule:
			p.cannot(n.Origin, "a rule for forwarded packets")
		case *ir.Call:
			p.cannot(n.Origin, "a security group for forwarded packets")
		case *ir.Skipped:
			if n.Stage == ir.AtTarget {
				p.cannot(n.Origin, forwardWord(n.Origin)+notHere)
			}
		}
	}
}

// forwardWord says what for forwarded packets is left out, by how it was made.
func forwardWord(o ir.Origin) string {
	if n := len(o.Steps); n > 0 {
		switch last := o.Steps[n-1]; last.Kind {
		case ir.ByOption, ir.ByPolicy:
			return "the option " + last.Name
		case ir.ByGroup:
			return "a security group for forwarded packets"
		}
	}
	return "a FORWARD rule"
}

// join puts the non-empty parts together with single blanks.
func join(parts ...string) string {
	kept := parts[:0]
	for _, s := range parts {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, " ")
}
