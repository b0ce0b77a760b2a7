package config

import (
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// Options that stand in a file that cannot have them: where they can, they go to
// the file that counts.

// moveOption deletes an option of the wrong file. Where it belongs to the nodes,
// each host.fw that does not set it gets it; where it belongs to the datacenter,
// that must say the same already. Anything else is for people to decide.
func (r *resolver) moveOption(fw *FW, d *diag.Diagnostic) {
	l, ok := fw.lineAt(d.Span).(*grammar.Option)
	if !ok || len(d.Fixes) > 0 {
		return
	}
	name, value := lower(fw.File.Text(l.Name)), strings.TrimSpace(fw.File.Text(l.Value))
	cut := source.Edit{Span: fw.wholeLine(l)}
	switch fw.Env {
	case facts.Cluster:
		if opt, known := facts.OptionIn(facts.Host, name); known {
			d.Fixes = r.toHosts(d, opt, value, cut)
		}
	case facts.Host:
		if opt, known := facts.OptionIn(facts.Cluster, name); known {
			d.Fixes = r.toCluster(d, opt, value, cut)
		}
	}
}

func (r *resolver) toHosts(d *diag.Diagnostic, opt *facts.Option, value string, cut source.Edit) []diag.Fix {
	normal, _, ok := opt.Parse(value)
	if !ok {
		return nil
	}
	edits, hosts := []source.Edit{cut}, 0
	seen := map[*FW]bool{}
	for _, n := range r.cfg.Nodes {
		if n.Host == nil || seen[n.Host] {
			continue
		}
		seen[n.Host] = true
		hosts++
		if old, set := n.Host.Options.Get(opt.Name); set {
			if old.Text != normal {
				d.Related = append(d.Related, diag.Related{Span: old.Span, Message: "set here, where it counts"})
			}
			continue
		}
		edits = append(edits, n.Host.newOption(opt.Name+": "+value))
	}
	switch {
	case hosts == 0:
		return nil
	case len(edits) == 1:
		return []diag.Fix{unsafeFix("delete the line; host.fw sets "+opt.Name, edits...)}
	}
	return []diag.Fix{unsafeFix("move it to host.fw", edits...)}
}

// toCluster: a node cannot differ from the datacenter, so the line can only go
// where it agrees.
func (r *resolver) toCluster(d *diag.Diagnostic, opt *facts.Option, value string, cut source.Edit) []diag.Fix {
	normal, _, ok := opt.Parse(value)
	if !ok || r.cfg.Cluster == nil {
		return nil
	}
	old, set := r.cfg.Cluster.Options.Get(opt.Name)
	switch {
	case set && old.Text == normal:
		return []diag.Fix{unsafeFix("delete the line; cluster.fw says the same", cut)}
	case set:
		d.Related = append(d.Related, diag.Related{Span: old.Span, Message: "all nodes have this value"})
		return nil
	case opt.Default == normal:
		return []diag.Fix{unsafeFix("delete the line; "+normal+" is the default", cut)}
	case len(r.cfg.Nodes) == 1 && r.cfg.Cluster.Present:
		return []diag.Fix{unsafeFix("move it to cluster.fw", cut, r.cfg.Cluster.newOption(opt.Name+": "+value))}
	}
	return nil
}

// newOption puts a line into [OPTIONS], behind its last option, or makes the
// section at the beginning of the file.
func (fw *FW) newOption(line string) source.Edit {
	var last *grammar.Base
	for _, l := range fw.File.Lines {
		switch l := l.(type) {
		case *grammar.Header:
			if l.Section == grammar.Options {
				last = grammar.BaseOf(l)
			}
		case *grammar.Option:
			last = grammar.BaseOf(l)
		}
	}
	if last == nil {
		return source.Edit{Span: fw.File.Source.Span(0, 0), Text: "[OPTIONS]\n\n" + line + "\n\n"}
	}
	end := int(last.Whole().End)
	if !strings.HasSuffix(fw.File.Text(last.Whole()), "\n") {
		line = "\n" + line
	} else {
		line += "\n"
	}
	return source.Edit{Span: fw.File.Source.Span(end, end), Text: line}
}

// commentAbove puts the comment behind an option on a line of its own.
func (f *reader) commentAbove(l *grammar.Option, head string) []diag.Fix {
	_, comment, _ := strings.Cut(f.text(l.Value), "#")
	start := int(l.Whole().Start)
	return []diag.Fix{{Title: "put the comment on a line of its own", Safety: diag.Safe, Edits: []source.Edit{
		{Span: f.fw.File.Source.Span(start, start), Text: "#" + comment + "\n"},
		{Span: f.fw.File.Span(l.Value), Text: head},
	}}}
}
