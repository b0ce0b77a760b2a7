package config

import (
	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// withoutMacro mends a macro with a port of the rule's own: whoever writes
// SSH(ACCEPT) -dport 2222 means that port, with the protocol of the macro. Where
// the macro says the same port already, the rule need not.
func (fw *FW) withoutMacro(d *diag.Diagnostic) {
	l, ok := fw.lineAt(d.Span).(*grammar.Rule)
	if !ok || !l.Macro().Present() {
		return
	}
	m, known := facts.MacroByName(fw.File.Text(l.Macro()))
	dport, given := l.Param(grammar.DPort)
	if _, source := l.Param(grammar.SPort); !known || !given || source {
		return
	}
	only, ok := onlyTemplate(m)
	if !ok || only.DPort == "" {
		return
	}
	if fw.File.Text(dport.Value) == only.DPort && d.Rule == portWithoutProtocol {
		d.Fixes = []diag.Fix{unsafeFix("delete -dport, which the macro says", fw.cutParam(dport))}
		return
	}
	edits := []source.Edit{{Span: fw.File.Span(l.Action()), Text: fw.File.Text(l.Verdict())}}
	title := "write " + fw.File.Text(l.Verdict())
	if _, has := l.Param(grammar.Proto); !has {
		at := fw.File.Span(grammar.Word{Start: dport.Flag.Start, End: dport.Flag.Start})
		edits = append(edits, source.Edit{Span: at, Text: "-p " + only.Proto + " "})
		title += " and -p " + only.Proto
	} else if d.Rule == portWithoutProtocol {
		return // -p 0
	}
	d.Fixes = append([]diag.Fix{unsafeFix(title+" instead of the macro", edits...)}, d.Fixes...)
}

// onlyTemplate is the rule that a macro stands for, if it is a single one.
func onlyTemplate(m *facts.Macro) (facts.MacroRule, bool) {
	v4, v6 := m.For(false), m.For(true)
	if len(v4) != 1 || len(v6) != 1 || v4[0] != v6[0] {
		return facts.MacroRule{}, false
	}
	return v4[0], true
}

// cutParam deletes a parameter with the space before it.
func (fw *FW) cutParam(p grammar.Param) source.Edit {
	at := grammar.Word{Start: p.Flag.Start, End: p.Value.End}
	if text := fw.File.Source.Bytes(); at.Start > 0 && text[at.Start-1] == ' ' {
		at.Start--
	}
	return source.Edit{Span: fw.File.Span(at)}
}
