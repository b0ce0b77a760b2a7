package config

import "github.com/pvefw/pvefw/internal/diag"

// linePages are the texts and examples of the rules about options, set entries,
// comments, network cards and the words that a rule begins with.
var linePages = map[string]diag.Page{
	"option-unknown": {
		Why:  "What was to be switched on or off is not, and the file suggests that it is.",
		Fix:  "Correct the name. Options of the datacenter, of nodes and of guests have different names.",
		Bad:  "-- cluster.fw --\n[OPTIONS]\nenabled: 1\n",
		Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n",
	},
	"option-wrong-file": {
		Why:  "Logging or a policy that is configured in the wrong file is configured nowhere.",
		Fix:  "Move the option: policies of nodes stand in `cluster.fw`, their log levels in `host.fw`, and guests have both in their own files.",
		Bad:  "-- cluster.fw --\n[OPTIONS]\nenable: 1\nlog_level_in: info\n",
		Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n-- host.fw --\n[OPTIONS]\nlog_level_in: info\n",
	},
	"option-value": {
		Why:  "An `enable: yes` leaves the firewall off, and a policy that is not understood leaves the default in force.",
		Fix:  "Use a value that the option takes: 1 or 0 for switches, ACCEPT, DROP or REJECT for policies, the names of syslog for log levels.",
		Bad:  "-- 100.fw --\n[OPTIONS]\nenable: yes\n",
		Good: "-- 100.fw --\n[OPTIONS]\nenable: 1\n",
	},
	"option-trailing-comment": {
		Why:  "Rules may have comments at the end, so people expect it of options as well, and lose the option.",
		Fix:  "Put the comment on a line of its own.",
		Bad:  "-- cluster.fw --\n[OPTIONS]\nenable: 1 # since March\n",
		Good: "-- cluster.fw --\n[OPTIONS]\n# since March\nenable: 1\n",
	},
	"log-ratelimit-fatal": {
		Why:  "From that moment no change to any file reaches a node, and a node that starts has no firewall at all.",
		Fix:  "Write `enable=1` in front: `log_ratelimit: enable=1,rate=5/second,burst=10`.",
		Bad:  "-- cluster.fw --\n[OPTIONS]\nenable: 1\nlog_ratelimit: rate=5/second,burst=10\n",
		Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\nlog_ratelimit: enable=1,rate=5/second,burst=10\n",
	},
	"ipset-entry-invalid": {
		Why:  "The set misses these addresses. In a blacklist that lets them in, in a list of administrators it locks them out.",
		Fix:  "Write a range as the networks that it is made of, and the contents of another set one by one.",
		Bad:  "-- cluster.fw --\n[IPSET blacklist]\n192.0.2.1-192.0.2.6\n",
		Good: "-- cluster.fw --\n[IPSET blacklist]\n192.0.2.1\n192.0.2.2/31\n192.0.2.4/31\n192.0.2.6\n",
	},
	"comment-hash": {
		Why:  "A daemon that stumbles over a comment refuses the file, and the node keeps its old rules until somebody looks into the log.",
		Fix:  "Take the `#` at the end away, or write text behind it. Put another word for a second one.",
		Bad:  "-- 100.fw --\n[RULES]\nIN SSH(ACCEPT) # ticket #4711\n",
		Good: "-- 100.fw --\n[RULES]\nIN SSH(ACCEPT) # ticket 4711\n",
	},
	"non-utf8": {
		Why:  "A blank from a web page looks like any other and makes two words one, so the rule is dropped. Bytes of an old encoding stop the nftables daemon.",
		Fix:  "Save the file as UTF-8, and type the blank again.",
		Bad:  "-- 100.fw --\n[RULES]\nIN DROP -source 192.0.2.7\u00a0 -p tcp\n",
		Good: "-- 100.fw --\n[RULES]\nIN DROP -source 192.0.2.7 -p tcp\n",
	},
	"layer2-unknown-ethertype": {
		Why:  "The guest can send frames of every kind, although the option says which it may send.",
		Fix:  "Leave IPv6 out, which passes anyway, and write other protocols by a number that pve-firewall knows.",
		Bad:  "-- 100.fw --\n[OPTIONS]\nenable: 1\nlayer2_protocols: ARP,LLDP\n",
		Good: "-- 100.fw --\n[OPTIONS]\nenable: 1\nlayer2_protocols: ARP\n",
	},
	"nic-config-invalid": {
		Why:  "A typing error in a line that is not about the firewall leaves a guest without it.",
		Fix:  "Correct the line of the network card, best with Proxmox's own tools, which check it.",
		Bad:  "-- cluster.fw --\n[OPTIONS]\nenable: 1\n-- 100.fw --\n[OPTIONS]\nenable: 1\n-- 100.conf --\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewal=1\n",
		Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n-- 100.fw --\n[OPTIONS]\nenable: 1\n-- 100.conf --\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1\n",
	},
	"direction-not-allowed": {
		Why:  "The line is dropped, and with it whatever it should let through or stop.",
		Fix:  "Use a direction that the file has. Traffic between the members of a VNet is FORWARD, that of a guest IN and OUT.",
		Bad:  "-- 100.fw --\n[RULES]\nFORWARD DROP -p tcp -dport 25\n",
		Good: "-- 100.fw --\n[RULES]\nOUT DROP -p tcp -dport 25\n",
	},
	"rule-type-unknown": {
		Why:  "The line is dropped, and with it whatever it should let through or stop.",
		Fix:  "Begin the rule with IN, OUT, FORWARD or GROUP; the names of iptables' chains are not understood.",
		Bad:  "-- 100.fw --\n[RULES]\nINPUT DROP -p tcp -dport 22\n",
		Good: "-- 100.fw --\n[RULES]\nIN DROP -p tcp -dport 22\n",
	},
	"reject-in-forward": {
		Why:  "The traffic that the rule should stop is left to the rules below and the policy.",
		Fix:  "Use DROP.",
		Bad:  "-- vnet/office.fw --\n[RULES]\nFORWARD REJECT -p tcp -dport 25\n",
		Good: "-- vnet/office.fw --\n[RULES]\nFORWARD DROP -p tcp -dport 25\n",
	},
	"action-case": {
		Why:  "Directions may be written in small letters, actions may not, and the rule is lost.",
		Fix:  "Write ACCEPT, DROP or REJECT.",
		Bad:  "-- 100.fw --\n[RULES]\nIN drop -p tcp -dport 22\n",
		Good: "-- 100.fw --\n[RULES]\nIN DROP -p tcp -dport 22\n",
	},
	"action-unknown": {
		Why:  "The rule is lost. For a word such as DENY or BLOCK that opens what it should close.",
		Fix:  "Write ACCEPT, DROP or REJECT, or a macro with one of these behind it.",
		Bad:  "-- 100.fw --\n[RULES]\nIN DENY -p tcp -dport 22\n",
		Good: "-- 100.fw --\n[RULES]\nIN DROP -p tcp -dport 22\n",
	},
}
