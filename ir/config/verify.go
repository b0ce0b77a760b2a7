package config

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// verifier checks one rule line as the reader does (reference/pve-firewall §5.4
// to §5.12). It collects at most one text per parameter, the first found.
type verifier struct {
	f     *reader
	env   facts.Env
	line  *grammar.Rule
	rule  *Rule
	found diag.List // not yet told what the line costs

	// dropped is set when an alias of the other family makes the daemon drop the
	// whole line instead of keeping a dead rule (§5.10).
	dropped bool

	meant Action // of an action that is written in the wrong case; else OtherAction
}

const mixedFamilies = "detected mixed ipv4/ipv6 addresses in rule"

// verify makes the typed rule; nil when the line is dropped.
func (f *reader) verify(l *grammar.Rule, env facts.Env) *Rule {
	v := &verifier{f: f, env: env, line: l}
	v.rule = v.read()
	v.action()
	v.iface()
	v.proto()
	v.ports(grammar.DPort, v.rule.DPort)
	v.icmpType()
	v.ports(grammar.SPort, v.rule.SPort)
	if v.rule.Source.Text != "" {
		v.rule.Source = v.address(grammar.Source, v.rule.Source.Text)
	}
	if !v.dropped && v.rule.Dest.Text != "" {
		v.rule.Dest = v.address(grammar.Dest, v.rule.Dest.Text)
	}
	if len(v.rule.Dead) == 0 && !v.dropped && v.rule.Macro != nil {
		v.macroParameters()
	}
	v.conclude()
	if v.dropped {
		return nil
	}
	return v.rule
}

func ruleTypeOf(word string) RuleType {
	switch lower(word) {
	case "in":
		return InRule
	case "out":
		return OutRule
	case "forward":
		return ForwardRule
	case "group":
		return GroupRule
	}
	return OtherType
}

func actionOf(word string) Action {
	switch word {
	case "ACCEPT":
		return AcceptAction
	case "DROP":
		return DropAction
	case "REJECT":
		return RejectAction
	}
	return OtherAction
}

// read takes the words over; the last of repeated parameters counts.
func (v *verifier) read() *Rule {
	l, file := v.line, v.f.fw.File
	r := &Rule{
		Line: l, File: file, Type: ruleTypeOf(file.Text(l.Type())),
		Disabled: l.Bar().Present(), Restrictions: v.restrictions(),
	}
	if r.Type == GroupRule {
		r.Group = &Ref[Group]{Name: file.Text(l.Action()), Span: file.Span(l.Action())}
	} else if l.Verdict().Present() {
		r.Action = actionOf(file.Text(l.Verdict()))
	}
	return r
}

// unrestricted is what all rules without any restriction have.
var unrestricted Restrictions

// restrictions are those of the line, the same for all lines without any.
func (v *verifier) restrictions() *Restrictions {
	l := v.line
	var given [grammar.ParamCount]string
	for p := range l.EachParam {
		given[p.Kind] = v.f.text(p.Value)
	}
	r := Restrictions{
		Iface: given[grammar.Iface], Source: Addr{Text: given[grammar.Source]}, Dest: Addr{Text: given[grammar.Dest]},
		Proto: given[grammar.Proto],
		DPort: given[grammar.DPort], SPort: given[grammar.SPort],
		ICMPType: given[grammar.ICMPType], Log: given[grammar.Log],
	}
	if l.Macro().Present() {
		r.Macro, _ = facts.MacroByName(v.f.text(l.Macro()))
	}
	if r == (Restrictions{}) {
		return &unrestricted
	}
	return &r
}

// given tells whether a parameter says anything: the daemon takes an empty text
// and 0 for "not given" (reference/pve-firewall §11.1).
func given(text string) bool { return text != "" && text != "0" }

// zero reports a parameter that looks like a restriction and is none. Of the two names of
// protocol 0, ip says that it is all of them, and hopopt does not.
func (v *verifier) zero(k grammar.ParamKind, text string) {
	number := text == "0" && !(k == grammar.DPort && isICMP(v.rule.Proto))
	if !number && !(k == grammar.Proto && text == "hopopt") {
		return
	}
	d := v.find(portZeroMeansAny, v.rule.ParamSpan(k), text+" restricts nothing: the rule is read as if -"+flagName(k)+" were not there")
	d.Effect = "The rule matches any " + meaning(k) + "."
	d.Effects = diag.Effects{PVEFirewall: "Leaves the parameter out, so the rule matches any " + meaning(k) + "."}
}

// complain records the daemon's text about a parameter, if it is the first.
func (v *verifier) complain(param, text string) (first bool) {
	for _, e := range v.rule.Dead {
		if e.Param == param {
			return false
		}
	}
	v.rule.Dead = append(v.rule.Dead, ParamError{Param: param, Text: text})
	return true
}

// find adds a finding of this line and returns it for details.
func (v *verifier) find(rule *diag.Rule, span source.Span, message string) *diag.Diagnostic {
	v.found = append(v.found, diag.New(rule, span, message))
	return &v.found[len(v.found)-1]
}

// fault is complain and, where the text is the first, find.
func (v *verifier) fault(param, text string, rule *diag.Rule, span source.Span, message string) *diag.Diagnostic {
	if !v.complain(param, text) {
		return &diag.Diagnostic{} // said already; nobody sees the details
	}
	return v.find(rule, span, message)
}

// conclude tells every finding what the line costs and hands them over.
func (v *verifier) conclude() {
	r := v.rule
	defer v.share()
	slices.SortFunc(r.Dead, func(a, b ParamError) int { return strings.Compare(a.Param, b.Param) })
	says := mixedFamilies
	if !v.dropped {
		says = v.deadText()
	}
	for i := range v.found {
		d := &v.found[i]
		if says != "" {
			d.ProxmoxMessage = says
			v.cost(d)
		}
		if r.Disabled && d.Severity == diag.Error {
			d.Severity = diag.Warning
		}
	}
	for _, d := range v.found {
		v.f.tell(d)
	}
}

// share gives rules that are dead for the same reasons one list of them.
func (v *verifier) share() {
	r := v.rule
	if len(r.Dead) == 0 {
		return
	}
	var key []byte
	for _, e := range r.Dead {
		key = append(append(append(append(key, e.Param...), 0), e.Text...), 0)
	}
	known := v.f.complaints[string(key)]
	if known == nil {
		known = exact(r.Dead)
		store(&v.f.complaints, string(key), known)
	}
	r.Dead = known
}

// deadText is what the daemon says of a dead rule, empty for a live one
// (reference/pve-firewall §1.8b).
func (v *verifier) deadText() string {
	if len(v.rule.Dead) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("errors in rule parameters: " + v.f.text(v.line.Body()))
	for _, e := range v.rule.Dead {
		b.WriteString("\n  " + e.Param + ": " + e.Text)
	}
	return b.String()
}
