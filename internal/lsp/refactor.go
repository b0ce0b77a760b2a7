package lsp

import (
	"fmt"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/lint"
	"go.lsp.dev/protocol"
)

// ignore offers to say at the line that a finding does not count. Why it does not, only
// a person can write: until then the directive is a finding itself.
func (a *actions) ignore(d *diag.Diagnostic) {
	fw := a.FW(a.name)
	n := d.Span.From().Line
	if n > len(fw.File.Lines) || !commented(fw.File.Lines[n-1]) {
		return
	}
	body := fw.File.Span(grammar.BaseOf(fw.File.Lines[n-1]).Body())
	end := source.Span{File: a.file, Start: body.End, End: body.End}
	a.add(protocol.CodeActionKindQuickFix, "ignore "+d.Rule.Code+" here; the reason is left to write", d, false,
		[]source.Edit{{Span: end, Text: lint.Directive(body.Text(), d.Rule.Code)}})
}

// commented tells the lines that Proxmox reads with a comment behind them.
func commented(l grammar.Line) bool {
	switch l := l.(type) {
	case *grammar.Rule, *grammar.Alias, *grammar.SetEntry:
		return true
	case *grammar.Header:
		return l.Name.Present()
	}
	return false
}

// moveAbove offers to put a rule above the one that takes its packets.
func (a *actions) moveAbove(d *diag.Diagnostic) {
	line := d.Span.From().Line
	if d.Rule.Category != "dead" {
		return
	}
	for _, r := range d.Related {
		if r.Span.File != a.file || r.Span.WholeFile() {
			continue
		}
		before := r.Span.From().Line
		if edits, why := a.FW(a.name).MoveAbove(line, before); why == "" {
			a.add(protocol.CodeActionKindQuickFix, fmt.Sprintf("move this rule above line %d", before), d, false, edits)
			return
		}
	}
}

// refactorings offers what can be done with the rules of the selection.
func (a *actions) refactorings() {
	fw := a.FW(a.name)
	cfg := a.Around(a.name)
	first, last := a.at.From().Line, a.at.To().Line
	if last > first && a.at.To().Column == 1 {
		last-- // whole lines are selected
	}
	if a.at.Start < a.at.End {
		name, edits, why := cfg.Extract(fw, first, last)
		a.add(protocol.CodeActionKindRefactorExtract, "extract the rules to security group "+name, nil, false, edits)
		if why != "" {
			a.refuse(protocol.CodeActionKindRefactorExtract, "extract the rules to a security group", why)
		}
	}
	edits, why := cfg.Inline(fw, first)
	a.add(protocol.CodeActionKindRefactorInline, "put the rules of the group here", nil, false, edits)
	if why != "" {
		a.refuse(protocol.CodeActionKindRefactorInline, "put the rules of the group here", why)
	}
	a.management(cfg, fw, first)
}

// management offers to let the source of a rule administer the nodes.
func (a *actions) management(cfg *config.Config, fw *config.FW, line int) {
	rule := fw.RuleOn(line)
	if rule == nil || !rule.Source.Given() {
		return
	}
	at := rule.ParamSpan(grammar.Source)
	if at.End < a.at.Start || a.at.End < at.Start {
		return
	}
	address := rule.Source.Text
	if alias := rule.Source.Alias; alias != nil && alias.Target != nil {
		address = alias.Target.Text
	}
	if edits, why := cfg.AddToManagement(address); why == "" {
		a.add(protocol.CodeActionKindRefactorRewrite, "add "+address+" to [IPSET management]", nil, false, edits)
	}
}
