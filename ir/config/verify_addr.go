package config

import (
	"regexp"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// The longest references in bytes, + and scope included (reference §5.10).
const (
	longestSetRef   = 65
	longestAliasRef = 64
)

// address reads source or dest: +SET, an alias, or addresses.
func (v *verifier) address(k grammar.ParamKind, text string) Addr {
	a := Addr{Text: text}
	v.zero(k, text)
	if !given(text) {
		return a
	}
	span, param := v.rule.ParamSpan(k), k.String()
	prefix, name := splitScope(text)
	switch {
	case len(text) > 1 && text[0] == '+':
		a.Set = v.setRef(param, text[1:], span)
	case prefix != "sdn/" && isName(name):
		a.Alias = v.aliasRef(param, text, name, span)
	default:
		a.Literal = true
		v.literals(k, text, span)
	}
	return a
}

// setRef checks that some set of this name stands above, in whatever scope.
func (v *verifier) setRef(param, text string, span source.Span) *Ref[Set] {
	ref := &Ref[Set]{Name: text, Span: span}
	prefix, name := splitScope(text)
	f := v.f
	switch {
	case len(text)+1 > longestSetRef:
		v.fault(param, "ipset name too long", nameTooLong, span, "a set's name has at most 64 bytes")
	case !isName(name):
		v.fault(param, "invalid ipset name '+"+text+"'", nameInvalid, span, quote("+"+text)+" cannot be the name of an IPSET")
	case !f.scope.setExists(name) && !f.mayExistSet(prefix, name):
		d := v.fault(param, "no such ipset '"+name+"'", f.setFault(prefix, name), span, "")
		f.explainSet(d, name, span)
	}
	return ref
}

// aliasRef checks that some alias of this name stands above; its family binds
// the rule only if the generator's scope finds it now.
func (v *verifier) aliasRef(param, text, name string, span source.Span) *Ref[Alias] {
	ref := &Ref[Alias]{Name: text, Span: span}
	f := v.f
	if len(text) > longestAliasRef {
		v.fault(param, "alias name too long", nameTooLong, span, "an alias is referred to with at most 64 bytes")
	}
	if !f.scope.aliasExists(name) {
		if !f.mayExist(text) {
			d := v.fault(param, "no such alias '"+text+"'", f.aliasFault(name), span, "")
			f.explainAlias(d, name, span)
		}
		return ref
	}
	if target := v.aliasTarget(text); target != nil && !v.bindFamily(familyOf(target.V6)) {
		v.dropped = true
		v.find(familyMismatch, span, "alias "+quote(text)+" is "+target.Text+", which is not "+familyName(v.rule.Family)+" like the rest of the rule").
			Related = []diag.Related{{Span: target.Span, Message: "defined here"}}
	}
	return ref
}

// aliasTarget is what binds the family: what the generator would find now, except
// that rules of cluster.fw itself, not of its groups, find guest/NAME among the
// datacenter's aliases (measured; reference/pve-firewall §4.3 has it for sets).
func (v *verifier) aliasTarget(text string) *Alias {
	if v.env == facts.Cluster {
		_, text = splitScope(text)
	}
	target, _ := v.f.scope.alias(text)
	return target
}

// literals checks an address list. Its family clash makes a dead rule, not a
// dropped line.
func (v *verifier) literals(k grammar.ParamKind, text string, span source.Span) {
	param := k.String()
	family, bad := judgeAddresses(text)
	switch {
	case bad != nil:
		if prefix, name := splitScope(text); prefix == "sdn/" {
			bad.message = "aliases have no scope sdn/; only sets do"
		} else if prefix != "" {
			bad.message = quote(name) + " cannot be the name of an alias"
		}
		d := v.fault(param, bad.text, bad.rule, within(span, bad.from, bad.to), bad.message)
		if bad.instead != "" {
			safety := diag.Safe
			if bad.rule == addressHostBits {
				safety = diag.Unsafe // which of network and host was meant is a guess
			}
			if _, still := judgeAddresses(bad.instead); still == nil {
				d.Fixes = replace(span, bad.instead, safety)
			}
		}
	case !v.bindFamily(family):
		v.fault(param, mixedFamilies, familyMismatch, span, quote(text)+" is "+familyName(family)+", the rest of the rule is "+familyName(v.rule.Family))
	default:
		v.octal(text, span)
	}
}

// octal warns of numbers with zeros in front, which iptables reads as octal
// while the reader takes them as decimal (reference/pve-firewall §5.10).
func (v *verifier) octal(text string, span source.Span) {
	if strings.Contains(text, ":") {
		return
	}
	for part := range strings.FieldsFuncSeq(text, func(c rune) bool { return !isDigit(byte(c)) }) {
		if len(part) > 1 && part[0] == '0' {
			d := v.find(addressOctal, span, quote(text)+": a number with a zero in front is read as octal")
			d.Effect = "The rule matches another address than it seems to name, or the kernel tools refuse the whole ruleset."
			d.Effects = diag.Effects{PVEFirewall: "Passes the text on to iptables, which reads octal numbers."}
			if bare := leadingZeros.ReplaceAllString(text, "$1$2"); !leadingZeros.MatchString(bare) {
				d.Fixes = replace(span, bare, diag.Unsafe)
			}
			return
		}
	}
}

// leadingZeros are those that say nothing in a decimal number.
var leadingZeros = regexp.MustCompile(`(^|[^0-9])0+([0-9])`)

// bindFamily binds the rule to a family unless it is bound to the other one.
func (v *verifier) bindFamily(f Family) bool {
	if v.rule.Family == AnyFamily || f == AnyFamily {
		v.rule.Family = max(v.rule.Family, f)
	}
	return f == AnyFamily || v.rule.Family == f
}

func familyOf(v6 bool) Family {
	if v6 {
		return IPv6
	}
	return IPv4
}

func familyName(f Family) string {
	if f == IPv6 {
		return "IPv6"
	}
	return "IPv4"
}

// macroParameters checks the rule's own parameters against every template of its
// macro; 0 counts as given here (reference/pve-firewall §5.12). Where several
// clash the daemon reports any one of them.
func (v *verifier) macroParameters() {
	m := v.rule.Macro
	templates := m.For(v.rule.Family == IPv6)
	if v.rule.Family == AnyFamily && templates == nil {
		templates = m.For(true)
	}
	for _, t := range templates {
		for _, p := range []struct {
			kind        grammar.ParamKind
			fixed, mine string
		}{{grammar.DPort, t.DPort, v.rule.DPort}, {grammar.SPort, t.SPort, v.rule.SPort}, {grammar.Proto, t.Proto, v.rule.Proto}} {
			if p.fixed != "" && p.mine != "" && p.fixed != p.mine {
				v.macroConflict(m, p.kind, p.fixed)
				return
			}
		}
	}
}

func (v *verifier) macroConflict(m *facts.Macro, k grammar.ParamKind, fixed string) {
	param := k.String()
	d := v.fault(param, "parameter '"+param+"' already define in macro (value = '"+fixed+"')", macroParameterConflict, v.rule.ParamSpan(k),
		"macro "+m.Name+" fixes the "+meaning(k)+" itself (to "+fixed+" in one of its rules)")
	if p, ok := v.line.Param(k); ok {
		cut := v.f.fw.File.Span(grammar.Word{Start: p.Flag.Start, End: p.Value.End})
		if cut.Start > 0 && strings.HasSuffix(v.f.fw.File.Span(grammar.Word{Start: cut.Start - 1, End: cut.Start}).Text(), " ") {
			cut.Start--
		}
		d.Fixes = []diag.Fix{{Title: "delete -" + flagName(k), Safety: diag.Unsafe, Edits: []source.Edit{{Span: cut}}}}
	}
}
