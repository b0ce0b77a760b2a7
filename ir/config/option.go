package config

import (
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/grammar/preview"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// option judges one option line; the last valid line of a name is in force and a
// refused one leaves the earlier value (reference/pve-firewall §2.2).
func (f *reader) option(l *grammar.Option) {
	name, value := f.text(l.Name), f.text(l.Value)
	opt, known := facts.OptionIn(f.fw.Env, name)
	if !known {
		f.unknownOption(l, name)
		return
	}
	normal, complaint, ok := opt.Parse(value)
	if !ok {
		f.refusedOption(l, opt, value, complaint)
		return
	}
	span := f.fw.File.Span(l.Value)
	if old, twice := f.fw.Options.Get(opt.Name); twice {
		d := f.say(definitionDuplicate, f.fw.File.Span(l.Name), "option "+opt.Name+" is set again: only the last value counts")
		d.Related = append(d.Related, diag.Related{Span: old.Span, Message: "set here before"})
		d.Effect = "The earlier line has no effect."
		d.Effects = diag.Effects{PVEFirewall: "The last valid line wins."}
		if old.Text == normal {
			d.Severity = diag.Info
		}
	}
	f.fw.Options.Set(opt.Name, OptionValue{Text: normal, Span: span, Line: int(l.Number)})
}

// cannotParse is the daemon's text for any option line that it does not take.
func (f *reader) cannotParse(l *grammar.Option) string {
	return "can't parse option '" + f.text(l.Body()) + "'"
}

func (f *reader) unknownOption(l *grammar.Option, name string) {
	span := f.fw.File.Span(l.Name)
	var d *diag.Diagnostic
	if opt, ok := facts.OptionIn(f.fw.Env, lower(name)); ok {
		d = f.say(optionUnknown, span, "option "+quote(name)+" counts only in lower case, unlike all others")
		d.Fixes = replace(span, opt.Name, diag.Safe)
	} else if envs := facts.OptionElsewhere(name); len(envs) > 0 {
		d = f.say(optionWrongFile, span, "option "+lower(name)+" belongs in "+filesOf(envs)+", not in "+fileOf(f.fw.Env))
	} else {
		d = f.say(optionUnknown, span, "there is no option "+quote(name))
		if near := f.r.nearest(lower(name), f.optionNames); near != "" {
			d.Message += ", did you mean " + near + "?"
			d.Fixes = replace(span, near, diag.Unsafe)
		}
	}
	d.ProxmoxMessage = f.cannotParse(l)
	d.Effect = "The line is dropped; the option is not set."
	d.Effects = diag.Effects{PVEFirewall: "Drops the line."}
}

func (f *reader) optionNames() []string {
	var names []string
	for _, o := range facts.Options() {
		for _, env := range o.Envs {
			if env == f.fw.Env {
				names = append(names, o.Name)
			}
		}
	}
	return names
}

func (f *reader) refusedOption(l *grammar.Option, opt *facts.Option, value, complaint string) {
	span := f.fw.File.Span(l.Value)
	var d *diag.Diagnostic
	head, _, commented := strings.Cut(value, "#")
	head = strings.TrimSpace(head)
	if _, _, ok := opt.Parse(head); commented && ok {
		at := span
		at.Start += int32(strings.IndexByte(span.Text(), '#'))
		d = f.say(optionTrailingComment, at, "no comment may follow an option: "+opt.Name+" is not set")
		d.Fixes = f.commentAbove(l, head)
	} else if opt.Type == facts.EtherTypesType && complaint != "" {
		d = f.unknownEtherType(span, value)
	} else {
		d = f.say(optionValue, span, opt.Name+" cannot be "+quote(value)+": it takes "+takes(opt))
		d.Fixes = f.valueFix(span, opt, value)
	}
	d.ProxmoxMessage = complaint
	if complaint == "" {
		d.ProxmoxMessage = f.cannotParse(l)
	}
	d.Effect = "The line is dropped: " + stays(f.fw, opt)
	d.Effects = diag.Effects{PVEFirewall: "Drops the line: " + stays(f.fw, opt)}
}

// stays says which value is in force instead.
func stays(fw *FW, opt *facts.Option) string {
	if v, ok := fw.Options.Get(opt.Name); ok {
		return opt.Name + " stays " + v.Text + "."
	}
	if opt.Default == "" {
		return opt.Name + " stays unset."
	}
	return opt.Name + " stays at its default, " + opt.Default + "."
}

// takes describes the values of an option.
func takes(opt *facts.Option) string {
	switch opt.Type {
	case facts.NumberType:
		return "a number"
	case facts.HelpersType:
		return "a comma list of conntrack helpers without blanks"
	case facts.EtherTypesType:
		return "a comma list of ethernet protocols without blanks"
	case facts.QueuesType:
		return "a queue number or a range N:M"
	case facts.RateLimitType:
		return "enable=1,rate=N/second,burst=N without blanks"
	}
	return strings.Join(opt.Values(), ", ")
}

// otherValues are the words of other firewalls and other logs.
var otherValues = map[string]string{
	"deny": "DROP", "block": "DROP", "discard": "DROP", "allow": "ACCEPT", "permit": "ACCEPT", "pass": "ACCEPT",
	"warn": "warning", "error": "err", "critical": "crit", "emergency": "emerg", "panic": "emerg", "none": "nolog", "off": "nolog",
}

// valueFix translates the spellings of yes and no that other tools take.
func (f *reader) valueFix(span source.Span, opt *facts.Option, value string) []diag.Fix {
	if opt.Type != facts.BoolType && opt.Name != "enable" {
		if meant, _, ok := opt.Parse(otherValues[lower(value)]); ok && otherValues[lower(value)] != "" {
			return replace(span, meant, diag.Unsafe)
		}
		if near := f.r.nearest(lower(value), oneOf(lowered(opt.Values())...)); near != "" {
			normal, _, _ := opt.Parse(near)
			return replace(span, normal, diag.Unsafe)
		}
		return nil
	}
	switch lower(value) {
	case "yes", "on", "true", "01", "y":
		return replace(span, "1", diag.Unsafe)
	case "no", "off", "false", "00", "n":
		return replace(span, "0", diag.Unsafe)
	}
	return nil
}

// rateLimit judges log_ratelimit as the daemon does: after the whole file, and
// fatally (reference/pve-firewall §1.8e).
func (r *resolver) rateLimit(fw *FW) {
	value, set := fw.Options.Get("log_ratelimit")
	if !set {
		return
	}
	_, errors := facts.ParseRateLimit(value.Text)
	if len(errors) == 0 {
		return
	}
	d := diag.New(logRateLimitFatal, value.Span, "log_ratelimit "+quote(value.Text)+" is refused: "+strings.Join(errors, "; "))
	d.Effect = "No firewall is compiled at all: every node keeps the rules it has, or none after a reboot."
	d.Effects = diag.Effects{PVEFirewall: "Gives up the whole run, for all guests and the host."}
	d.ProxmoxRuntimeMessage = strings.Join(errors, "\n")
	if formatted := strings.Contains(errors[0], ": "); formatted {
		d.ProxmoxRuntimeMessage = "format error\n" + d.ProxmoxRuntimeMessage
	}
	if _, still := facts.ParseRateLimit("enable=1," + value.Text); len(still) == 0 {
		d.Fixes = replace(value.Span, "enable=1,"+value.Text, diag.Unsafe)
	}
	line := r.previewOf(fw).Line(value.Line, preview.Scope{})
	d.Effects.ProxmoxFirewall = previewEffect(line, d.Effects)
	r.list = append(r.list, d)
}
