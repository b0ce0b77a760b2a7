package grammar

import (
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
)

// pages are the texts and examples of this package's rules, by code.
var pages = map[string]diag.Page{
	"alias-malformed": {
		Why:  "The mistake leaves no trace in any log. A rule that blocks an address by this alias stops blocking it, and the file still looks right.",
		Fix:  "Write the name, one blank, and one address or network. Several addresses under one name are an IPSET.",
		Bad:  "-- cluster.fw --\n[ALIASES]\nprinter = 192.0.2.7\n\n[RULES]\nIN DROP -source printer\n",
		Good: "-- cluster.fw --\n[ALIASES]\nprinter 192.0.2.7\n\n[RULES]\nIN DROP -source printer\n",
	},
	"byte-order-mark": {
		Why:  "No editor shows the mark, so the file looks perfect while its first section is lost: often the one that switches the firewall on.",
		Fix:  "Save the file as UTF-8 without a byte order mark.",
		Bad:  "-- cluster.fw --\n\ufeff[OPTIONS]\nenable: 1\n",
		Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n",
	},
	"flag-double-space": {
		Why:  "Two blanks are easily typed to align columns, and cannot be seen beside one. The rule is gone on the node, and a DROP that is gone lets traffic in.",
		Fix:  "Leave one blank between a flag and its value. Blanks in front of a flag may be as many as you like.",
		Bad:  "-- 100.fw --\n[RULES]\nIN DROP -p  tcp -dport 22\n",
		Good: "-- 100.fw --\n[RULES]\nIN DROP   -p tcp   -dport 22\n",
	},
	"line-ending": {
		Why:  "A file that was edited on Windows or sent through a web form reads well and behaves differently: its sections run into each other.",
		Fix:  "Save the file with Unix line endings; `dos2unix` does it, and so does `--fix`.",
		Bad:  "-- cluster.fw --\n[OPTIONS]\r\nenable: 1\r\n",
		Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n",
	},
	"line-outside-section": {
		Why:  "What stands here is not in force, whatever it says.",
		Fix:  "Put the header of the section above the line: `[RULES]` for rules, `[OPTIONS]` for options.",
		Bad:  "-- 100.fw --\nIN DROP -p tcp -dport 22\n",
		Good: "-- 100.fw --\n[RULES]\nIN DROP -p tcp -dport 22\n",
	},
	"name-invalid": {
		Why:  "One character in a header costs the whole section: its rules or addresses are skipped, and so does nothing what refers to them.",
		Fix:  "Choose a name that begins with a letter and goes on with letters, digits, hyphens and underscores, and change it where it is used.",
		Bad:  "-- cluster.fw --\n[group 1st-floor]\nIN DROP -p tcp -dport 22\n",
		Good: "-- cluster.fw --\n[group first-floor]\nIN DROP -p tcp -dport 22\n",
	},
	"name-too-long": {
		Why:  "The name is used in the names of the kernel's chains and sets, which are short. The section below the header is skipped as a whole.",
		Fix:  "Shorten the name, here and where it is used.",
		Bad:  "-- cluster.fw --\n[group web-servers-of-production]\nIN ACCEPT -p tcp -dport 443\n",
		Good: "-- cluster.fw --\n[group web-production]\nIN ACCEPT -p tcp -dport 443\n",
	},
	"option-unparsable": {
		Why:  "The option keeps its default. For `enable` that means that the firewall stays off.",
		Fix:  "Write `NAME: VALUE`, with the colon directly behind the name.",
		Bad:  "-- cluster.fw --\n[OPTIONS]\nenable = 1\n",
		Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n",
	},
	"rule-unparsable": {
		Why:  "The form looks like iptables, and many of its flags work; one that does not takes the whole rule with it. If that rule is a DROP, what it should stop passes.",
		Fix:  "Use the flags above only. Connection states need no rule: packets of known connections pass before all rules, invalid ones are dropped. A comment stands behind a `#`.",
		Bad:  "-- 100.fw --\n[RULES]\nIN DROP -s 192.0.2.0/24 -p tcp --dport 22\n",
		Good: "-- 100.fw --\n[RULES]\nIN DROP -source 192.0.2.0/24 -p tcp -dport 22\n",
	},
	"section-keyword-case": {
		Why:  "The file works today and stops every update on the day the node changes to the nftables daemon.",
		Fix:  "Write `[group NAME]` and `[IPSET NAME]`.",
		Bad:  "-- cluster.fw --\n[ipset admins]\n192.0.2.0/28\n",
		Good: "-- cluster.fw --\n[IPSET admins]\n192.0.2.0/28\n",
	},
	"section-not-allowed-here": {
		Why:  "The section does not exist for Proxmox, and its lines are read as something else or dropped.",
		Fix:  "Move it: groups go into `cluster.fw`, aliases and sets into `cluster.fw` or the file of a guest.",
		Bad:  "-- host.fw --\n[ALIASES]\nadmin 192.0.2.7\n\n[RULES]\nIN SSH(ACCEPT) -source 192.0.2.7\n",
		Good: "-- cluster.fw --\n[ALIASES]\nadmin 192.0.2.7\n\n-- host.fw --\n[RULES]\nIN SSH(ACCEPT) -source admin\n",
	},
	"too-many-faults": {
		Why:  "Findings by the thousand hide the one that matters, and nobody reads them. The file is probably not what its name says.",
		Fix:  "Look at the first findings. If the file is meant to be one, they tend to have one cause, such as a missing header.",
		Bad:  "-- 100.fw --\n[RULES]\n" + strings.Repeat("this is no rule\n", mostFindings+2),
		Good: "-- 100.fw --\n[RULES]\nIN DROP -p tcp -dport 22\n",
	},
	"unknown-section": {
		Why:  "Lines end up in a section where they mean something else, or nothing. A note behind a header is enough to make that happen.",
		Fix:  "Use one of the five headers, with nothing behind it. A note goes on the line above.",
		Bad:  "-- 100.fw --\n[OPTIONS]\nenable: 1\n\n[RULES] # from outside\nIN DROP -p tcp -dport 22\n",
		Good: "-- 100.fw --\n[OPTIONS]\nenable: 1\n\n# from outside\n[RULES]\nIN DROP -p tcp -dport 22\n",
	},
}
