package lower

import "github.com/pvefw/pvefw/internal/diag"

// vmConf is a guest config whose only card is firewalled, for examples.
const vmConf = "-- 100.conf --\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1\n"

// pages are the texts and examples of this package's rules, by code.
var pages = map[string]diag.Page{
	"kernel-would-refuse": {
		Why:  "No change takes effect any more, on any guest of the node, until the line is gone; and after a restart the node has no rules of this text at all.",
		Fix:  "Correct the value as the finding says.",
		Bad:  "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[IPSET office]\n192.0.2.0/24\n192.0.2.5/24\n\n[RULES]\nIN SSH(ACCEPT) -source +office\n",
		Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[IPSET office]\n192.0.2.0/24\n\n[RULES]\nIN SSH(ACCEPT) -source +office\n",
	},
	"reference-hazard": {
		Why:  "Reading the file is not enough to know what the node does. docs/semantics.md lists these oddities.",
		Fix:  "Write the line so that both readings are the same. The finding says what is different.",
		Bad:  "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[group web]\nIN HTTPS(ACCEPT)\n\n[RULES]\nGROUP web -i vmbr1\n-- 100.fw --\n[OPTIONS]\nenable: 1\n" + vmConf,
		Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[group web]\nIN HTTPS(ACCEPT)\n\n[RULES]\nIN HTTPS(ACCEPT) -i vmbr1\n-- 100.fw --\n[OPTIONS]\nenable: 1\n" + vmConf,
	},
	"semantics-differ": {
		Why:  "Whoever searches the firewall's log for a word of the rule, or expects a level, does not find all of it.",
		Fix:  "Search for the internal word as well, or let the file log as the daemon does. Nothing needs to be done for the traffic.",
		Bad:  "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[IPSET blacklist]\n192.0.2.66\n-- host.fw --\n[OPTIONS]\nlog_level_in: info\n",
		Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[IPSET blacklist]\n192.0.2.66\n-- host.fw --\n[OPTIONS]\nlog_level_in: info\nlog_level_out: info\n",
	},
	"line-not-generated": {
		Why:  "Checks of the interface and of the reader pass, so nobody looks for the fault here.",
		Fix:  "Use a value or a name that the generator knows; the finding quotes what it says about this one.",
		Bad:  "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\nIN ACCEPT -p icmp -dport 256\n",
		Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\nIN ACCEPT -p icmp -dport echo-request\n",
	},
	"guest-unfiltered": {
		Why:  "It is the worst that a firewall can do: it says that it is on, and everything passes.",
		Fix:  "Correct or delete the rule of the group that cannot be generated, or shorten the group's name to 18 characters.",
		Bad:  "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[group ping]\nIN ACCEPT -p icmp -dport 256\n-- 100.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\nGROUP ping\n" + vmConf,
		Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[group ping]\nIN ACCEPT -p icmp -dport echo-request\n-- 100.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\nGROUP ping\n" + vmConf,
	},
	"ipfilter-alias": {
		Why:  "A set that names a guest's address is there against spoofing. With an alias in it the guest can claim every MAC address and answer every ARP request.",
		Fix:  "Write the address itself into the set.",
		Bad:  "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[ALIASES]\nweb1 192.0.2.10\n-- 100.fw --\n[OPTIONS]\nenable: 1\n\n[IPSET ipfilter-net0]\nweb1\n" + vmConf,
		Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n-- 100.fw --\n[OPTIONS]\nenable: 1\n\n[IPSET ipfilter-net0]\n192.0.2.10\n" + vmConf,
	},
}
