package grammar

import "github.com/pvefw/pvefw/internal/diag"

// Catalog returns the records of all findings of this package: the faults that
// show in a line or a file without knowing any name or value.
func Catalog() []*diag.Rule {
	return []*diag.Rule{
		aliasMalformed, byteOrderMarkRule, flagDoubleSpace, lineEnding,
		lineOutsideSection, nameInvalid, nameTooLong, optionUnparsable,
		ruleUnparsable, sectionKeywordCase, sectionNotAllowedHere, tooManyFaults, unknownSection,
	}
}

var aliasMalformed = &diag.Rule{
	Code: "alias-malformed", Category: "syntax", Severity: diag.Error, Page: pages["alias-malformed"],
	Title: "Alias line that does not define its alias",
	Description: "An alias is its name, exactly one white-space character and one address or network. " +
		"pve-firewall forgets a line of any other form without saying so, and every rule that uses the alias is dead. " +
		"A colon behind the name becomes part of the name, which no rule can then refer to. " +
		"proxmox-firewall tolerates several blanks, but refuses the file for missing or additional words.",
}

var byteOrderMarkRule = &diag.Rule{
	Code: "byte-order-mark", Category: "syntax", Severity: diag.Error, Page: pages["byte-order-mark"],
	Title: "Byte order mark in front of the first line",
	Description: "Some editors store three invisible bytes (EF BB BF) at the start of a UTF-8 file. " +
		"Both daemons take them for text: a header on the first line is not recognised, so the lines below it have no section. " +
		"pve-firewall skips them, proxmox-firewall refuses the file.",
}

var flagDoubleSpace = &diag.Rule{
	Code: "flag-double-space", Category: "syntax", Severity: diag.Error, Page: pages["flag-double-space"],
	Title: "More than one blank, or a tab, between a flag and its value",
	Description: "pve-firewall wants exactly one space between a flag such as -dport and its value, and drops the whole rule otherwise. " +
		"proxmox-firewall takes any white space there, so the two daemons read different rule sets.",
}

var lineEnding = &diag.Rule{
	Code: "line-ending", Category: "syntax", Severity: diag.Error, Page: pages["line-ending"],
	Title: "Windows line endings that change what a line means",
	Description: "pve-firewall splits lines at the line feed only and keeps the carriage return. " +
		"Most lines tolerate it, but [OPTIONS], [ALIASES] and [RULES] are then no headers and aliases without a comment are lost. " +
		"proxmox-firewall strips the carriage return at the end of a line.",
}

var lineOutsideSection = &diag.Rule{
	Code: "line-outside-section", Category: "syntax", Severity: diag.Error, Page: pages["line-outside-section"],
	Title: "Line that belongs to no section",
	Description: "Every line needs a section header above it. pve-firewall skips lines without one; that also befalls the lines below a " +
		"[group] or [IPSET] header whose name it refuses. proxmox-firewall refuses a file that has text above its first header, " +
		"and with the file every update of the node's rules.",
}

var nameInvalid = &diag.Rule{
	Code: "name-invalid", Category: "syntax", Severity: diag.Error, Page: pages["name-invalid"],
	Title: "Name of a group or set that the daemon refuses",
	Description: "The name of a security group or IPSet is a letter followed by at least one letter, digit, hyphen or underscore. " +
		"After a refused name pve-firewall has no section: all lines up to the next header are skipped.",
}

var nameTooLong = &diag.Rule{
	Code: "name-too-long", Category: "syntax", Severity: diag.Error, Page: pages["name-too-long"],
	Title: "Name of a group or set that is too long",
	Description: "A security group's name has at most 18 characters, an IPSet's at most 64. " +
		"pve-firewall refuses the header and skips all lines up to the next one; proxmox-firewall has no such limit.",
}

var optionUnparsable = &diag.Rule{
	Code: "option-unparsable", Category: "syntax", Severity: diag.Error, Page: pages["option-unparsable"],
	Title: "Line in [OPTIONS] that is no option",
	Description: "An option is its name, a colon directly behind it, and a value. pve-firewall drops any other line and keeps the default, " +
		"proxmox-firewall refuses a file with a line that has no colon.",
}

var ruleUnparsable = &diag.Rule{
	Code: "rule-unparsable", Category: "syntax", Severity: diag.Error, Page: pages["rule-unparsable"],
	Title: "Rule line that cannot be read",
	Description: "A rule is a type, an action and flags with one value each: -i, -source, -dest, -p, -dport, -sport, -log, -icmp-type. " +
		"pve-firewall drops the whole line when anything else stands in it, so a DROP written there blocks nothing. " +
		"For most such lines proxmox-firewall refuses the file, and with it every update of the node's rules.",
}

var sectionKeywordCase = &diag.Rule{
	Code: "section-keyword-case", Category: "syntax", Severity: diag.Info, Page: pages["section-keyword-case"],
	Title: "Section keyword in a case that only pve-firewall reads",
	Description: "pve-firewall reads section keywords in any case. proxmox-firewall wants [group NAME] in lower and [IPSET NAME] in upper case, " +
		"and refuses the file otherwise.",
}

var sectionNotAllowedHere = &diag.Rule{
	Code: "section-not-allowed-here", Category: "syntax", Severity: diag.Error, Page: pages["section-not-allowed-here"],
	Title: "Section that this kind of file cannot have",
	Description: "cluster.fw has all sections, a guest's file all but [group], host.fw and VNet files only [OPTIONS] and [RULES]. " +
		"pve-firewall takes the header of any other section for an ordinary line, so the lines below it land in the section before. " +
		"proxmox-firewall refuses the file, except for aliases and groups in VNet files, which it reads and never uses.",
}

var tooManyFaults = &diag.Rule{
	Code: "too-many-faults", Category: "syntax", Severity: diag.Error, Page: pages["too-many-faults"],
	Title: "More dropped lines than are worth a finding each",
	Description: "A file in which thousands of lines cannot be read is hardly a firewall file. " +
		"pvefw stops listing its faults of syntax after 4,096 findings and says how many lines are dropped besides. " +
		"pve-firewall goes on and drops the lines one by one; proxmox-firewall refuses the file at the first of them.",
}

var unknownSection = &diag.Rule{
	Code: "unknown-section", Category: "syntax", Severity: diag.Error, Page: pages["unknown-section"],
	Title: "Line in brackets that is no section header",
	Description: "Headers are [OPTIONS], [ALIASES], [RULES] with nothing behind them, [group NAME] and [IPSET NAME]. " +
		"pve-firewall takes anything else in brackets for an ordinary line: the section before goes on, and the lines below are read as part of it. " +
		"proxmox-firewall refuses the file.",
}
