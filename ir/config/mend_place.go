package config

import (
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// Names that exist in another place than the reference looks in.

// otherScope writes the scope that does hold the name.
func (r *resolver) otherScope(fw *FW, d *diag.Diagnostic) {
	text := d.Span.Text()
	name, isSet := strings.CutPrefix(text, "+")
	prefix, name := splitScope(name)
	instead := map[string]string{"guest/": "dc/", "dc/": "guest/", "sdn/": "dc/"}[prefix]
	if instead == "" || len(d.Fixes) > 0 {
		return
	}
	s := r.scopeOf(fw)
	if isSet {
		if set, _ := s.set(instead + name); set != nil {
			d.Fixes = replace(d.Span, "+"+instead+name, diag.Unsafe)
		}
	} else if a, _ := s.alias(instead + name); a != nil {
		d.Fixes = replace(d.Span, instead+name, diag.Unsafe)
	}
}

// moveAbove moves a definition above everything that could use it.
func (r *resolver) moveAbove(fw *FW, d *diag.Diagnostic) {
	if len(d.Fixes) > 0 || len(d.Related) == 0 || d.Related[0].Span.File != fw.File.Source || r.offers >= mostOffers {
		return
	}
	r.offers++
	p := r.roomIn(fw)
	switch l := fw.lineAt(d.Related[0].Span).(type) {
	case *grammar.Alias:
		whole := fw.wholeLine(l)
		d.Fixes = []diag.Fix{unsafeFix("move the alias above its use",
			source.Edit{Span: whole}, p.alias(strings.TrimSuffix(whole.Text(), "\n")+"\n"))}
	case *grammar.Header:
		section := fw.sectionOf(l)
		d.Fixes = []diag.Fix{unsafeFix("move the set above its use",
			source.Edit{Span: section}, p.beforeRules.section(strings.TrimSuffix(section.Text(), "\n")+"\n"))}
	}
}

// sectionOf is a header with its lines, up to the last that says anything.
func (fw *FW) sectionOf(h *grammar.Header) source.Span {
	all := h.Whole()
	for _, line := range fw.File.Lines[h.Number:] {
		if _, next := line.(*grammar.Header); next {
			break
		}
		if _, trivia := line.(*grammar.Trivia); !trivia {
			all.End = grammar.BaseOf(line).Whole().End
		}
	}
	return fw.File.Span(all)
}

// missedIn shows the line of cluster.fw that should define an alias and does not.
func (f *reader) missedIn(name string) (source.Span, bool) {
	if at, here := f.later().aliases[lower(name)]; here {
		return at, true
	}
	at, there := f.r.refused[lower(name)]
	return at, there && f.fw.Env != facts.Cluster
}
