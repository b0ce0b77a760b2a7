package config

import (
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// allowedTypes are the rule types of each environment (reference §5.4).
func allowedTypes(env facts.Env) []RuleType {
	switch env {
	case facts.VM, facts.CT:
		return []RuleType{InRule, OutRule, GroupRule}
	case facts.Group:
		return []RuleType{InRule, OutRule, ForwardRule}
	case facts.VNet:
		return []RuleType{ForwardRule, GroupRule}
	}
	return []RuleType{InRule, OutRule, ForwardRule, GroupRule}
}

// action checks type, macro name and action.
func (v *verifier) action() {
	v.ruleType()
	l := v.line
	switch {
	case v.rule.Type == GroupRule:
		if name := v.rule.Group.Name; !isName(name) {
			v.fault("action", "invalid characters in security group name", nameInvalid, v.rule.Group.Span,
				quote(name)+" cannot be a security group's name: two or more letters, digits, hyphens or underscores, first a letter")
		}
		return
	case v.rule.Type == OtherType:
		return
	case l.Macro().Present() && v.rule.Macro == nil:
		v.unknownMacro()
	}
	switch {
	case v.rule.Action == OtherAction:
		v.unknownAction()
	case v.rule.Type == ForwardRule && v.rule.Action == RejectAction:
		d := v.fault("action", "cannot define REJECT rules on forward chain", rejectInForward, v.f.fw.File.Span(l.Verdict()),
			"FORWARD rules cannot REJECT")
		d.Fixes = replace(v.f.fw.File.Span(l.Verdict()), "DROP", diag.Unsafe)
	}
}

func (v *verifier) ruleType() {
	for _, t := range allowedTypes(v.env) {
		if t == v.rule.Type {
			return
		}
	}
	word, span := v.f.text(v.line.Type()), v.f.fw.File.Span(v.line.Type())
	text := "invalid rule type '" + lower(word) + "' for rule_env '" + v.env.String() + "'"
	if v.rule.Type != OtherType {
		v.fault("type", text, directionNotAllowed, span, strings.ToUpper(lower(word))+" rules are not allowed in "+fileOf(v.env))
		return
	}
	d := v.fault("type", text, ruleTypeUnknown, span, quote(word)+" is no direction: a rule starts with IN, OUT, FORWARD or GROUP")
	if near := v.f.r.nearest(lower(word), oneOf("in", "out", "forward", "group")); near != "" {
		d.Fixes = replace(span, strings.ToUpper(near), diag.Unsafe)
	}
}

func (v *verifier) unknownMacro() {
	name, span := v.f.text(v.line.Macro()), v.f.fw.File.Span(v.line.Macro())
	d := v.fault("macro", "unknown macro '"+name+"'", macroUnknown, span, "there is no macro "+quote(name))
	if near := v.f.r.nearest(lower(name), macroNames); near != "" {
		m, _ := facts.MacroByName(near)
		d.Message += ", did you mean " + m.Name + "?"
		d.Fixes = replace(span, m.Name, diag.Unsafe)
	}
}

func macroNames() []string {
	var names []string
	for _, m := range facts.Macros() {
		names = append(names, lower(m.Name))
	}
	return names
}

func (v *verifier) unknownAction() {
	l := v.line
	word, span := v.f.text(l.Action()), v.f.fw.File.Span(l.Action())
	text := "unknown action '" + word + "'"
	upper := strings.ToUpper(lower(word))
	if actionOf(upper) != OtherAction {
		d := v.fault("action", text, actionCase, span, "actions are written in capitals: "+upper)
		d.Fixes = replace(span, upper, diag.Safe)
		v.rule.Action, v.meant = OtherAction, actionOf(upper)
		return
	}
	if name, verdict, ok := strings.Cut(strings.TrimSuffix(word, ")"), "("); ok {
		up := strings.ToUpper(lower(verdict))
		if _, known := facts.MacroByName(name); known && actionOf(up) != OtherAction {
			d := v.fault("action", text, actionCase, span, "the action of a macro is written in capitals: "+up)
			d.Fixes = replace(span, name+"("+up+")", diag.Safe)
			v.meant = actionOf(up)
			return
		}
	}
	d := v.fault("action", text, actionUnknown, span, quote(word)+" is no action: it must be ACCEPT, DROP, REJECT or MACRO(ACTION)")
	if m, known := facts.MacroByName(word); known {
		d.Message += "; " + m.Name + " is a macro and needs an action in parentheses"
		d.Fixes = replace(span, m.Name+"(ACCEPT)", diag.Unsafe)
	} else if near := v.f.r.nearest(lower(word), oneOf("accept", "drop", "reject")); near != "" {
		d.Fixes = replace(span, strings.ToUpper(near), diag.Unsafe)
	}
}

// iface checks -i (reference/pve-firewall §5.5).
func (v *verifier) iface() {
	name := v.rule.Iface
	v.zero(grammar.Iface, name)
	if !given(name) {
		return
	}
	span := v.rule.ParamSpan(grammar.Iface)
	if v.env == facts.Group || v.env == facts.VNet {
		v.fault("type", "parameter -i not allowed for this rule type", ifaceInGroup, span, "-i is not allowed in "+fileOf(v.env))
	}
	switch {
	case !isIface(name):
		v.strangeIface(name, span)
	case v.env.IsGuest() && !isNet(name):
		d := v.fault("iface", `value does not match the regex pattern 'net\d+'`, ifaceNotNet, span,
			quote(name)+" is no interface of a guest: -i takes net0, net1, ...")
		if number := strings.TrimPrefix(lower(name), "net"); number != lower(name) && isDigits(number) {
			d.Fixes = replace(span, lower(name), diag.Safe)
		}
	}
}

func (v *verifier) strangeIface(name string, span source.Span) {
	d := v.fault("iface", "invalid network interface name '"+name+"'", ifaceInvalid, span,
		quote(name)+" is no interface name that Proxmox takes: a letter, then 1 to 20 letters, digits or underscores, then perhaps .N or :N")
	switch {
	case v.env.IsGuest():
		d.Message = quote(name) + " is no interface of a guest: -i takes net0, net1, ..."
	case strings.HasSuffix(name, "+") || strings.Contains(name, "*"):
		d.Message += " (patterns are not supported)"
	}
}

func isNet(name string) bool {
	return strings.HasPrefix(name, "net") && isDigits(name[3:])
}

func isIface(name string) bool {
	base := name
	if i := strings.IndexAny(name, ".:"); i >= 0 {
		base = name[:i]
		if !isDigits(name[i+1:]) {
			return false
		}
	}
	for i, c := range []byte(base) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || c != '_' && !isDigit(c)) {
			return false
		}
	}
	return len(base) >= 2 && len(base) <= 21
}

// proto checks -p and binds the family (reference/pve-firewall §5.7).
func (v *verifier) proto() {
	name := v.rule.Proto
	v.zero(grammar.Proto, name)
	if !given(name) {
		return
	}
	if _, ok := facts.ProtocolByText(name); !ok {
		span := v.rule.ParamSpan(grammar.Proto)
		d := v.fault("proto", "unknown protocol '"+name+"'", protocolUnknown, span, quote(name)+" is no protocol that Proxmox knows")
		if _, known := facts.ProtocolByName(lower(name)); known {
			d.Message += ": protocols are written in lower case"
			d.Fixes = replace(span, lower(name), diag.Safe)
		} else if near := v.f.r.nearest(lower(name), facts.ProtocolNames); near != "" {
			d.Message += ", did you mean " + near + "?"
			d.Fixes = replace(span, near, diag.Unsafe)
		}
	}
	switch name {
	case "icmp":
		v.rule.Family = IPv4
	case "icmpv6", "ipv6-icmp":
		v.rule.Family = IPv6
	}
}

// isICMP: only these names make dport an ICMP type; the numbers 1 and 58 do not.
func isICMP(proto string) bool {
	return proto == "icmp" || proto == "icmpv6" || proto == "ipv6-icmp"
}
