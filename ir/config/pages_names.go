package config

import "github.com/pvefw/pvefw/internal/diag"

// namePages are the texts and examples of the rules about names.
var namePages = map[string]diag.Page{
	"alias-unknown": {
		Why:  "A misspelt name makes the rule vanish from the node while it stays in the file. What a vanished DROP should stop gets in.",
		Fix:  "Correct the name, or define the alias in `[ALIASES]` above its use: in `cluster.fw` for everybody, or in the guest's own file.",
		Bad:  "-- cluster.fw --\n[ALIASES]\nprinter 192.0.2.7\n\n[RULES]\nIN DROP -source pritner\n",
		Good: "-- cluster.fw --\n[ALIASES]\nprinter 192.0.2.7\n\n[RULES]\nIN DROP -source printer\n",
	},
	"ipset-unknown": {
		Why:  "The rule stays in the file and is missing on the node: a service stays closed, or an address stays let in.",
		Fix:  "Correct the name, or add `[IPSET name]` above its use. Sets of a guest's file are unknown to all other files.",
		Bad:  "-- cluster.fw --\n[IPSET admins]\n192.0.2.0/28\n\n[RULES]\nIN SSH(ACCEPT) -source +admin\n",
		Good: "-- cluster.fw --\n[IPSET admins]\n192.0.2.0/28\n\n[RULES]\nIN SSH(ACCEPT) -source +admins\n",
	},
	"group-unknown": {
		Why:  "Nothing complains, neither in the interface nor in a log, and the rules that somebody relies on are nowhere.",
		Fix:  "Correct the name, or add `[group name]` to `cluster.fw`. Groups may stand below their use.",
		Bad:  "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[group web]\nIN HTTPS(ACCEPT)\n-- 100.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\nGROUP webb\n",
		Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[group web]\nIN HTTPS(ACCEPT)\n-- 100.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\nGROUP web\n",
	},
	"macro-unknown": {
		Why:  "The service that the rule should open or close is left to the rules below.",
		Fix:  "Use the macro's exact name (see the drop-down list of Proxmox's rule editor), or write protocol and port.",
		Bad:  "-- 100.fw --\n[RULES]\nIN HTTPSS(ACCEPT)\n",
		Good: "-- 100.fw --\n[RULES]\nIN HTTPS(ACCEPT)\n",
	},
	"alias-used-as-ipset": {
		Why:  "No set has this name, so nothing comes of the rule.",
		Fix:  "Leave the plus sign away, or make a set of the addresses.",
		Bad:  "-- cluster.fw --\n[ALIASES]\nprinter 192.0.2.7\n\n[RULES]\nIN DROP -source +printer\n",
		Good: "-- cluster.fw --\n[ALIASES]\nprinter 192.0.2.7\n\n[RULES]\nIN DROP -source printer\n",
	},
	"ipset-used-as-alias": {
		Why:  "No alias has this name, so nothing comes of the rule.",
		Fix:  "Put a plus sign in front of the set's name.",
		Bad:  "-- cluster.fw --\n[IPSET admins]\n192.0.2.0/28\n\n[RULES]\nIN SSH(ACCEPT) -source admins\n",
		Good: "-- cluster.fw --\n[IPSET admins]\n192.0.2.0/28\n\n[RULES]\nIN SSH(ACCEPT) -source +admins\n",
	},
	"ipset-used-as-group": {
		Why:  "A set is a list of addresses and has no rules. Naming it in a GROUP rule does nothing, without a complaint.",
		Fix:  "Write a rule with the set as its source or destination, or define a group of that name.",
		Bad:  "-- cluster.fw --\n[IPSET admins]\n192.0.2.0/28\n\n[RULES]\nGROUP admins\n",
		Good: "-- cluster.fw --\n[IPSET admins]\n192.0.2.0/28\n\n[RULES]\nIN SSH(ACCEPT) -source +admins\n",
	},
	"use-before-definition": {
		Why:  "The definition is there for everybody to see, and yet it does not count: the rule is dead.",
		Fix:  "Move `[ALIASES]` and the sets to the top of the file, as Proxmox's own editor does when it saves.",
		Bad:  "-- cluster.fw --\n[RULES]\nIN SSH(ACCEPT) -source +admins\n\n[IPSET admins]\n192.0.2.0/28\n",
		Good: "-- cluster.fw --\n[IPSET admins]\n192.0.2.0/28\n\n[RULES]\nIN SSH(ACCEPT) -source +admins\n",
	},
	"name-case": {
		Why:  "The interface shows both spellings side by side as if they were the same.",
		Fix:  "Write the name in lower case where it is used.",
		Bad:  "-- cluster.fw --\n[IPSET Admins]\n192.0.2.0/28\n\n[RULES]\nIN SSH(ACCEPT) -source +Admins\n",
		Good: "-- cluster.fw --\n[IPSET Admins]\n192.0.2.0/28\n\n[RULES]\nIN SSH(ACCEPT) -source +admins\n",
	},
	"scope-unresolvable": {
		Why:  "All checks pass and the daemon only writes a line without a file name to its log. The rule is missing on the node.",
		Fix:  "Name the scope that has the definition: `dc/` for `cluster.fw`, `guest/` for the guest's own file.",
		Bad:  "-- cluster.fw --\n[OPTIONS]\nenable: 1\n-- 100.fw --\n[OPTIONS]\nenable: 1\n\n[IPSET admins]\n192.0.2.0/28\n\n[RULES]\nIN SSH(ACCEPT) -source +dc/admins\n",
		Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n-- 100.fw --\n[OPTIONS]\nenable: 1\n\n[IPSET admins]\n192.0.2.0/28\n\n[RULES]\nIN SSH(ACCEPT) -source +guest/admins\n",
	},
	"management-undefined": {
		Why:  "The rule looks as if it let administrators in and does nothing.",
		Fix:  "Add `[IPSET management]` with the administrators' networks to `cluster.fw`. The set opens the management ports by itself; the rule is only needed for other ports.",
		Bad:  "-- cluster.fw --\n[RULES]\nIN ACCEPT -source +management -p tcp -dport 9100\n",
		Good: "-- cluster.fw --\n[IPSET management]\n192.0.2.0/28\n\n[RULES]\nIN ACCEPT -source +management -p tcp -dport 9100\n",
	},
	"sdn-set-unknown": {
		Why:  "The set has no addresses anywhere, so nothing comes of the rule.",
		Fix:  "Use one of the four names that a VNet gives rise to, with the VNet's name in front.",
		Bad:  "-- cluster.fw --\n[RULES]\nIN ACCEPT -source +sdn/office-members -p tcp -dport 443\n-- sdn/.running-config --\n{\"vnets\":{\"ids\":{\"office\":{\"zone\":\"z\"}}}}\n",
		Good: "-- cluster.fw --\n[RULES]\nIN ACCEPT -source +sdn/office-all -p tcp -dport 443\n-- sdn/.running-config --\n{\"vnets\":{\"ids\":{\"office\":{\"zone\":\"z\"}}}}\n",
	},
	"definition-duplicate": {
		Why:  "Of two definitions one is lost, and which one depends on the daemon. Where rules stood in the lost group they are gone.",
		Fix:  "Keep one of them; put the contents together where both are meant.",
		Bad:  "-- cluster.fw --\n[IPSET admins]\n192.0.2.0/28\n\n[IPSET admins]\n198.51.100.7\n",
		Good: "-- cluster.fw --\n[IPSET admins]\n192.0.2.0/28\n198.51.100.7\n",
	},
	"scope-ambiguous": {
		Why:  "A change of the definition in `cluster.fw` does not reach this guest, although its rules seem to use it.",
		Fix:  "Say which one is meant, with `guest/` or `dc/`, or rename one of them.",
		Bad:  "-- cluster.fw --\n[ALIASES]\nproxy 192.0.2.7\n-- 100.fw --\n[ALIASES]\nproxy 198.51.100.7\n\n[RULES]\nIN ACCEPT -source proxy -p tcp -dport 3128\n",
		Good: "-- cluster.fw --\n[ALIASES]\nproxy 192.0.2.7\n-- 100.fw --\n[ALIASES]\nproxy 198.51.100.7\n\n[RULES]\nIN ACCEPT -source guest/proxy -p tcp -dport 3128\n",
	},
	"definition-unused": {
		Why:  "Names that nothing uses are read and maintained for nothing, and may hint at a rule that should have used them.",
		Fix:  "Delete the definition, or use it.",
		Bad:  "-- cluster.fw --\n[ALIASES]\nprinter 192.0.2.7\n\n[RULES]\nIN DROP -source 192.0.2.8\n-- 100.fw --\n[RULES]\nIN SSH(ACCEPT)\n",
		Good: "-- cluster.fw --\n[ALIASES]\nprinter 192.0.2.7\n\n[RULES]\nIN DROP -source printer\n-- 100.fw --\n[RULES]\nIN SSH(ACCEPT)\n",
	},
}
