package config

import "github.com/pvefw/pvefw/internal/diag"

// valuePages are the texts and examples of the rules about fields of a rule.
var valuePages = map[string]diag.Page{
	"port-without-protocol": {
		Why:  "One daemon loses the rule, the other applies it to all ports. Neither is what was meant.",
		Fix:  "Add `-p tcp` or `-p udp`. For both, write two rules.",
		Bad:  "-- 100.fw --\n[RULES]\nIN ACCEPT -dport 443\n",
		Good: "-- 100.fw --\n[RULES]\nIN ACCEPT -p tcp -dport 443\n",
	},
	"port-invalid": {
		Why:  "The rule is lost: the service stays closed, or the block does not hold.",
		Fix:  "Write the number, or the name as it stands in `/etc/services`.",
		Bad:  "-- 100.fw --\n[RULES]\nIN ACCEPT -p tcp -dport 80443\n",
		Good: "-- 100.fw --\n[RULES]\nIN ACCEPT -p tcp -dport 80,443\n",
	},
	"port-range-backwards": {
		Why:  "The rule is lost, or an empty range matches nothing.",
		Fix:  "Exchange the two ports.",
		Bad:  "-- 100.fw --\n[RULES]\nIN ACCEPT -p tcp -dport 9000:8000\n",
		Good: "-- 100.fw --\n[RULES]\nIN ACCEPT -p tcp -dport 8000:9000\n",
	},
	"port-range-dash": {
		Why:  "Addresses have a dash between the ends of a range, ports a colon; with the wrong one the rule is lost.",
		Fix:  "Write FIRST:LAST.",
		Bad:  "-- 100.fw --\n[RULES]\nIN ACCEPT -p tcp -dport 8000-9000\n",
		Good: "-- 100.fw --\n[RULES]\nIN ACCEPT -p tcp -dport 8000:9000\n",
	},
	"port-list-too-long": {
		Why:  "None of the ports is opened or closed, not even the first ones.",
		Fix:  "Write two rules with a part of the ports each, or ranges where the ports are neighbours.",
		Bad:  "-- 100.fw --\n[RULES]\nIN ACCEPT -p tcp -dport 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31\n",
		Good: "-- 100.fw --\n[RULES]\nIN ACCEPT -p tcp -dport 1,3,5,7,9,11,13,15\nIN ACCEPT -p tcp -dport 17,19,21,23,25,27,29,31\n",
	},
	"port-zero-means-any": {
		Why:  "The rule is much wider than it reads: an ACCEPT opens everything that its other words allow.",
		Fix:  "Leave the parameter away where everything is meant; else write what is meant.",
		Bad:  "-- 100.fw --\n[RULES]\nIN ACCEPT -source 192.0.2.0/24 -p tcp -dport 0\n",
		Good: "-- 100.fw --\n[RULES]\nIN ACCEPT -source 192.0.2.0/24 -p tcp -dport 443\n",
	},
	"list-extra-comma": {
		Why:  "One comma too many costs the whole rule.",
		Fix:  "Take the comma away.",
		Bad:  "-- 100.fw --\n[RULES]\nIN ACCEPT -p tcp -dport 80,443,\n",
		Good: "-- 100.fw --\n[RULES]\nIN ACCEPT -p tcp -dport 80,443\n",
	},
	"protocol-unknown": {
		Why:  "The rule is lost: the service stays closed, or the block does not hold.",
		Fix:  "Write one protocol as in `/etc/protocols`. For TCP and UDP, write two rules.",
		Bad:  "-- 100.fw --\n[RULES]\nIN ACCEPT -p tcp/udp -dport 53\n",
		Good: "-- 100.fw --\n[RULES]\nIN ACCEPT -p tcp -dport 53\nIN ACCEPT -p udp -dport 53\n",
	},
	"protocol-has-no-ports": {
		Why:  "The rule is lost, because its port means nothing.",
		Fix:  "Leave the port away, or correct the protocol.",
		Bad:  "-- 100.fw --\n[RULES]\nIN ACCEPT -p esp -dport 4500\n",
		Good: "-- 100.fw --\n[RULES]\nIN ACCEPT -p esp\nIN ACCEPT -p udp -dport 4500\n",
	},
	"icmp-type-invalid": {
		Why:  "The rule is lost, so pings or error messages are left to the rules below.",
		Fix:  "Write a name that the protocol has, such as `echo-request`, which both have.",
		Bad:  "-- 100.fw --\n[RULES]\nIN ACCEPT -p icmp -icmp-type ping-request\n",
		Good: "-- 100.fw --\n[RULES]\nIN ACCEPT -p icmp -icmp-type echo-request\n",
	},
	"icmp-type-needs-icmp": {
		Why:  "The rule is lost, because other protocols have no such types.",
		Fix:  "Add `-p icmp` for IPv4, `-p ipv6-icmp` for IPv6.",
		Bad:  "-- 100.fw --\n[RULES]\nIN ACCEPT -icmp-type echo-request\n",
		Good: "-- 100.fw --\n[RULES]\nIN ACCEPT -p icmp -icmp-type echo-request\n",
	},
	"icmp-type-and-port": {
		Why:  "No packet has both, and the rule is lost.",
		Fix:  "Keep the one that is meant.",
		Bad:  "-- 100.fw --\n[RULES]\nIN ACCEPT -p icmp -dport echo-request -icmp-type echo-request\n",
		Good: "-- 100.fw --\n[RULES]\nIN ACCEPT -p icmp -icmp-type echo-request\n",
	},
	"address-invalid": {
		Why:  "The rule is lost. If it blocks somebody, that somebody gets in.",
		Fix:  "Write the address or network. For a name, define an alias. For everybody but one, accept or drop the one above a rule for the rest.",
		Bad:  "-- 100.fw --\n[RULES]\nIN DROP -source 192.0.2.300\n",
		Good: "-- 100.fw --\n[RULES]\nIN DROP -source 192.0.2.30\n",
	},
	"address-list-mixed-family": {
		Why:  "The whole rule is lost, for both versions.",
		Fix:  "Put the addresses into an IPSET, or write one rule for each version.",
		Bad:  "-- 100.fw --\n[RULES]\nIN DROP -source 192.0.2.7,2001:db8::7\n",
		Good: "-- 100.fw --\n[RULES]\nIN DROP -source 192.0.2.7\nIN DROP -source 2001:db8::7\n",
	},
	"address-host-bits": {
		Why:  "The address of a host with the prefix of its network is easily copied from an interface, and a rule with it is lost.",
		Fix:  "Write the network's own address, or the host without a prefix.",
		Bad:  "-- 100.fw --\n[RULES]\nIN DROP -source 192.0.2.7/24\n",
		Good: "-- 100.fw --\n[RULES]\nIN DROP -source 192.0.2.0/24\n",
	},
	"address-octal": {
		Why:  "The rule acts on somebody else's address, or stops all further updates of the node.",
		Fix:  "Take the zeros in front away.",
		Bad:  "-- 100.fw --\n[RULES]\nIN DROP -source 192.0.2.010\n",
		Good: "-- 100.fw --\n[RULES]\nIN DROP -source 192.0.2.10\n",
	},
	"family-mismatch": {
		Why:  "No packet is of both versions, and the rule is lost for each of them.",
		Fix:  "Write one rule for IPv4 and one for IPv6. ICMP of IPv6 is `ipv6-icmp`.",
		Bad:  "-- 100.fw --\n[RULES]\nIN DROP -source 192.0.2.7 -dest 2001:db8::1\n",
		Good: "-- 100.fw --\n[RULES]\nIN DROP -source 192.0.2.7 -dest 198.51.100.1\n",
	},
	"range-in-list": {
		Why:  "The whole rule is lost, also for the addresses beside the range.",
		Fix:  "Write a rule for the range alone, or networks in its place, or an IPSET.",
		Bad:  "-- 100.fw --\n[RULES]\nIN DROP -source 192.0.2.7,192.0.2.16-192.0.2.31\n",
		Good: "-- 100.fw --\n[RULES]\nIN DROP -source 192.0.2.7,192.0.2.16/28\n",
	},
	"macro-parameter-conflict": {
		Why:  "The rule is lost, because it would have to match two things at once.",
		Fix:  "Leave protocol and port to the macro, or write the rule without it.",
		Bad:  "-- 100.fw --\n[RULES]\nIN SSH(ACCEPT) -p tcp -dport 2222\n",
		Good: "-- 100.fw --\n[RULES]\nIN ACCEPT -p tcp -dport 2222\n",
	},
	"iface-invalid": {
		Why:  "The rule is lost on a node whose interface has such a name, and there is no way to spell it.",
		Fix:  "Correct the name; where it needs other characters, give the interface an alternative name that fits.",
		Bad:  "-- host.fw --\n[RULES]\nIN DROP -i vmbr-dmz -p tcp -dport 22\n",
		Good: "-- host.fw --\n[RULES]\nIN DROP -i vmbr1 -p tcp -dport 22\n",
	},
	"iface-not-net": {
		Why:  "The rule is lost: bridges and cards of the node mean nothing in a guest's file.",
		Fix:  "Name the guest's card, such as `net0`, or leave `-i` away for all of them.",
		Bad:  "-- 100.fw --\n[RULES]\nIN DROP -i vmbr0 -p tcp -dport 22\n",
		Good: "-- 100.fw --\n[RULES]\nIN DROP -i net0 -p tcp -dport 22\n",
	},
	"iface-in-group": {
		Why:  "The rule is missing from the group, in every place where the group is used.",
		Fix:  "Leave `-i` away and write it behind the name of the group in the GROUP rule.",
		Bad:  "-- cluster.fw --\n[group web]\nIN HTTPS(ACCEPT) -i net0\n",
		Good: "-- cluster.fw --\n[group web]\nIN HTTPS(ACCEPT)\n\n-- 100.fw --\n[RULES]\nGROUP web -i net0\n",
	},
}

// pageOf finds the page of a code.
func pageOf(code string) diag.Page {
	for _, pages := range []map[string]diag.Page{namePages, linePages, valuePages, guestPages} {
		if p, ok := pages[code]; ok {
			return p
		}
	}
	return diag.Page{}
}
