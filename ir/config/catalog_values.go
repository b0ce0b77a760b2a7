package config

import "github.com/pvefw/pvefw/internal/diag"

// The findings about one line by itself: options, fields of rules, set entries,
// network cards. Those about names are in catalog.go.
var (
	optionUnknown = syntax("option-unknown", diag.Error, "Option that no file has",
		"The line is dropped and the firewall behaves as if it were not there.")
	optionWrongFile = syntax("option-wrong-file", diag.Error, "Option in the wrong kind of file",
		"Each option belongs to cluster.fw, host.fw, a guest's file or a VNet's file. Elsewhere the line is dropped, so the setting is not in force.")
	optionValue = syntax("option-value", diag.Error, "Value that the option does not take",
		"The line is dropped; an earlier valid line or the default stays in force. Booleans are 0 and 1 only.")
	optionTrailingComment = syntax("option-trailing-comment", diag.Error, "Comment behind an option",
		"Options take no comment on their line. The whole line is dropped.")
	logRateLimitFatal = syntax("log-ratelimit-fatal", diag.Error, "log_ratelimit that stops the whole firewall",
		"The value is checked after the file is read, and a fault in it ends the whole run: no rule of any guest or host is updated. The key enable is required.")
	ipsetEntryInvalid = syntax("ipset-entry-invalid", diag.Error, "Line of an IPSET that is no address",
		"Sets hold single addresses, networks and aliases, one per line. Ranges, lists, other sets and networks of length 0 are kept without effect.")
	portWithoutProtocol = value("port-without-protocol", diag.Error, "Port without a protocol",
		"A port means something only together with a protocol that has ports. Rules with a macro are no exception.")
	portInvalid = value("port-invalid", diag.Error, "Port that does not exist",
		"A port is a number up to 65535, a range FIRST:LAST, or a service name of /etc/services in exactly that spelling.")
	portRangeBackwards = value("port-range-backwards", diag.Error, "Port range that runs backwards",
		"The first port of a range must not be above the last.")
	portRangeDash = value("port-range-dash", diag.Error, "Port range written with a dash",
		"Port ranges are written with a colon.")
	portListTooLong = value("port-list-too-long", diag.Error, "More than 15 ports in one rule",
		"The kernel matches at most 15 port numbers per rule; a range counts as two. Split the rule.")
	portZeroMeansAny = value("port-zero-means-any", diag.Warning, "Zero that restricts nothing",
		"The daemon takes 0 for 'not given'. A rule with -dport 0, -source 0, -i 0 or -p 0 matches as if the parameter were missing, and so does -p hopopt, whose number is 0.")
	listExtraComma = value("list-extra-comma", diag.Error, "Comma at the end of a list",
		"A list of ports or addresses must not end in a comma.")
	protocolUnknown = value("protocol-unknown", diag.Error, "Protocol that Proxmox does not know",
		"Protocols are names of /etc/protocols in lower case as in its first column, or their numbers. One rule has one protocol.")
	protocolHasNoPorts = value("protocol-has-no-ports", diag.Error, "Port with a protocol that has none",
		"Only tcp, udp, udplite, dccp and sctp have ports.")
	icmpTypeInvalid = value("icmp-type-invalid", diag.Error, "ICMP type that the protocol does not have",
		"ICMP types are written by name, and icmp and icmpv6 have different ones.")
	icmpTypeNeedsICMP = value("icmp-type-needs-icmp", diag.Error, "ICMP type without an ICMP protocol",
		"-icmp-type goes with -p icmp, -p icmpv6 or -p ipv6-icmp, also in rules with a macro. The numbers 1 and 58 do not count.")
	icmpTypeAndPort = value("icmp-type-and-port", diag.Error, "ICMP type together with a port",
		"-icmp-type and -dport exclude each other.")
	addressInvalid = value("address-invalid", diag.Error, "Text that is no address",
		"Sources and destinations are addresses, networks, one range, an alias or a set. Host names are not looked up and nothing can be negated.")
	addressListMixedFamily = value("address-list-mixed-family", diag.Error, "List of IPv4 and IPv6 addresses",
		"One rule has one IP version. An IPSET may hold both.")
	addressHostBits = value("address-host-bits", diag.Error, "Network with host bits",
		"In a rule, a network with bits set behind its prefix makes the rule dead. In aliases and sets it works, but Proxmox's own tools rewrite it.")
	addressOctal = value("address-octal", diag.Warning, "Number with a zero in front in an address",
		"The reader takes the number as decimal, iptables as octal: 010.0.0.1 becomes 8.0.0.1, and 009 makes iptables refuse the whole ruleset.")
	familyMismatch = value("family-mismatch", diag.Error, "IPv4 and IPv6 in one rule",
		"Source, destination and protocol must belong to one IP version. A clash between literal addresses makes the rule dead, one with an alias makes the daemon drop the line.")
	rangeInList = value("range-in-list", diag.Error, "Range inside an address list",
		"A range of addresses must stand alone.")
	macroParameterConflict = value("macro-parameter-conflict", diag.Error, "Parameter that the macro fixes itself",
		"A macro brings its protocols and ports. Giving another value for one of them makes the rule dead.")
	ifaceInvalid = value("iface-invalid", diag.Error, "Interface name that Proxmox does not take",
		"A name is a letter followed by letters, digits and underscores, perhaps with .N or :N. Hyphens and patterns are refused.")
	ifaceNotNet = value("iface-not-net", diag.Error, "Interface of a guest that is not netN",
		"In a guest's file -i names a virtual card of its config: net0, net1 and so on.")
	ifaceInGroup = value("iface-in-group", diag.Error, "Interface in a security group or VNet rule",
		"Rules of security groups and VNets apply wherever they are used; put -i on the GROUP rule.")
	directionNotAllowed = value("direction-not-allowed", diag.Error, "Rule type that this kind of file does not have",
		"Guests have IN, OUT and GROUP; security groups IN, OUT and FORWARD; VNets FORWARD and GROUP.")
	ruleTypeUnknown = value("rule-type-unknown", diag.Error, "First word of a rule that is no direction",
		"A rule starts with IN, OUT, FORWARD or GROUP.")
	rejectInForward = value("reject-in-forward", diag.Error, "REJECT in a FORWARD rule",
		"FORWARD rules accept or drop.")
	actionCase = value("action-case", diag.Error, "Action not in capitals",
		"ACCEPT, DROP and REJECT are written in capitals, also behind a macro.")
	nicConfigInvalid = value("nic-config-invalid", diag.Warning, "Network card that cannot be read from the guest's config",
		"A virtual machine's card with an unknown key or a bad value counts as having no firewall; a container with such a card gets no firewall at all.")
	actionUnknown = value("action-unknown", diag.Error, "Action that Proxmox does not have",
		"The second word of a rule is ACCEPT, DROP, REJECT or a macro with one of these in parentheses.")
)

var values = []*diag.Rule{
	optionUnknown, optionWrongFile, optionValue, optionTrailingComment, logRateLimitFatal, ipsetEntryInvalid,
	portWithoutProtocol, portInvalid, portRangeBackwards, portRangeDash, portListTooLong, portZeroMeansAny, listExtraComma,
	protocolUnknown, protocolHasNoPorts, icmpTypeInvalid, icmpTypeNeedsICMP, icmpTypeAndPort,
	addressInvalid, addressListMixedFamily, addressHostBits, addressOctal, familyMismatch, rangeInList,
	macroParameterConflict, ifaceInvalid, ifaceNotNet, ifaceInGroup, directionNotAllowed, ruleTypeUnknown,
	rejectInForward, actionCase, actionUnknown, nicConfigInvalid,
}
