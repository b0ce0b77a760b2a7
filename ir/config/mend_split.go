package config

import (
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// Lists that one rule cannot hold become several rules, or networks.

// mostCopies bounds how many rules a rule is split into.
const mostCopies = 16

// paramAt is the rule of a finding and the parameter whose value it blames.
func (fw *FW) paramAt(d *diag.Diagnostic) (*grammar.Rule, grammar.Param, bool) {
	l, ok := fw.lineAt(d.Span).(*grammar.Rule)
	if !ok || len(d.Fixes) > 0 {
		return nil, grammar.Param{}, false
	}
	for k := range grammar.ParamCount {
		if p, given := l.Param(k); given && fw.File.Span(p.Value) == d.Span {
			return l, p, true
		}
	}
	return nil, grammar.Param{}, false
}

// split writes the line once for each value.
func (fw *FW) split(l *grammar.Rule, p grammar.Param, values []string, title string) []diag.Fix {
	if len(values) < 2 || len(values) > mostCopies {
		return nil
	}
	body := l.Body()
	before := fw.File.Text(grammar.Word{Start: body.Start, End: p.Value.Start})
	behind := fw.File.Text(grammar.Word{Start: p.Value.End, End: body.End})
	lines := make([]string, len(values))
	for i, v := range values {
		lines[i] = before + v + behind
	}
	return []diag.Fix{unsafeFix(title, source.Edit{Span: fw.File.Span(body), Text: strings.Join(lines, "\n")})}
}

// splitFamilies makes one rule for IPv4 and one for IPv6, where nothing else in
// the rule belongs to one of them.
func (fw *FW) splitFamilies(d *diag.Diagnostic) {
	l, p, ok := fw.paramAt(d)
	if !ok {
		return
	}
	other := grammar.Source + grammar.Dest - p.Kind
	proto, _ := l.Param(grammar.Proto)
	if _, two := l.Param(other); two || proto.Value.Present() && isICMP(fw.File.Text(proto.Value)) {
		return
	}
	byFamily := map[Family][]string{}
	for item := range strings.SplitSeq(fw.File.Text(p.Value), ",") {
		f, bad := judgeAddress(item)
		if bad != nil {
			return
		}
		byFamily[f] = append(byFamily[f], item)
	}
	d.Fixes = fw.split(l, p, []string{strings.Join(byFamily[IPv4], ","), strings.Join(byFamily[IPv6], ",")}, "write one rule for each IP version")
}

// splitPorts cuts a list where it gets too long. Service names count here too: the
// kernel's tools count them (reference/pve-firewall §5.8).
func (fw *FW) splitPorts(d *diag.Diagnostic) {
	l, p, ok := fw.paramAt(d)
	if !ok {
		return
	}
	var lists []string
	left := 0
	for item := range strings.SplitSeq(fw.File.Text(p.Value), ",") {
		n := 1 + strings.Count(item, ":")
		if n > left {
			lists, left = append(lists, item), mostPorts-n
			continue
		}
		lists[len(lists)-1] += "," + item
		left -= n
	}
	d.Fixes = fw.split(l, p, lists, "split the rule")
}

// splitProtocols takes tcp/udp and tcp,udp apart.
func (fw *FW) splitProtocols(d *diag.Diagnostic) {
	l, p, ok := fw.paramAt(d)
	if !ok {
		return
	}
	names := strings.FieldsFunc(lower(fw.File.Text(p.Value)), func(c rune) bool { return c == '/' || c == ',' || c == '+' || c == '|' })
	for _, name := range names {
		if _, known := facts.ProtocolByName(name); !known {
			return
		}
	}
	d.Fixes = fw.split(l, p, names, "write one rule for each protocol")
}

// rangesAsNetworks writes the ranges of a list as networks, which may stand there.
func (fw *FW) rangesAsNetworks(d *diag.Diagnostic) {
	_, p, ok := fw.paramAt(d)
	if !ok {
		return
	}
	var all []string
	for item := range strings.SplitSeq(fw.File.Text(p.Value), ",") {
		networks := prefixesOf(item, mostEntries)
		if networks == nil && strings.Contains(item, "-") || len(all) > mostEntries {
			return
		}
		if networks == nil {
			networks = []string{item}
		}
		all = append(all, networks...)
	}
	if list := strings.Join(all, ","); list != d.Span.Text() {
		if _, still := judgeAddresses(list); still == nil {
			d.Fixes = []diag.Fix{{Title: "write the range as networks", Safety: diag.Safe, Edits: []source.Edit{{Span: d.Span, Text: list}}}}
		}
	}
}
