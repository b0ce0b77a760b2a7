package config

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// Definitions that nothing refers to. A reference counts wherever it stands: in
// a dead rule, in a line that is dropped, with or without its plus sign.

// unused reports definitions without a use. Those of cluster.fw may be used by
// files that are not part of a CONFIG of one file, so nothing is said there.
func (r *resolver) unused() {
	var all []map[string]bool
	var cluster *FW
	for _, fw := range r.inOrder() {
		used := mentions(fw)
		all = append(all, used)
		switch {
		case fw.Env.IsGuest():
			r.unusedIn(fw, used)
		case fw.Env == facts.Cluster:
			cluster = fw
		}
	}
	if cluster != nil && len(all) > 1 {
		r.unusedIn(cluster, all...)
	}
}

// inOrder lists the files that are present, in the order of their names.
func (r *resolver) inOrder() []*FW {
	var files []*FW
	for _, fw := range r.read {
		if fw.Present {
			files = append(files, fw)
		}
	}
	slices.SortFunc(files, func(a, b *FW) int { return strings.Compare(a.File.Source.Name(), b.File.Source.Name()) })
	return files
}

// mentions are the words of a file that could name an alias or a set, in lower
// case and without scope and plus sign.
func mentions(fw *FW) map[string]bool {
	used, all := map[string]bool{}, fw.File.Source.Bytes()
	note := func(w grammar.Word) {
		text := bytes.TrimPrefix(all[w.Start:w.End], []byte("+"))
		if i := bytes.IndexByte(text, '/'); i >= 0 && i < len("guest/") {
			text = text[i+1:]
		}
		if !used[string(text)] && isName(string(text)) {
			used[lower(string(text))] = true
		}
	}
	for _, line := range fw.File.Lines {
		switch l := line.(type) {
		case *grammar.SetEntry:
			note(l.Target)
		case *grammar.Rule:
			for _, p := range l.Params() {
				if p.Kind == grammar.Source || p.Kind == grammar.Dest {
					note(p.Value)
				}
			}
		case *grammar.Bad:
			if l.In() == nil || l.In().Section != grammar.Aliases {
				for _, w := range fw.File.Words(l, len(fw.File.Source.Bytes())) {
					note(w)
				}
			}
		}
	}
	return used
}

// unusedIn reports what none of the files that can see fw's names mentions, up to
// a bound.
func (r *resolver) unusedIn(fw *FW, used ...map[string]bool) {
	most := len(r.list) + mostFindings
	mentioned := func(name string) bool {
		return len(r.list) >= most || slices.ContainsFunc(used, func(m map[string]bool) bool { return m[name] })
	}
	for _, key := range slices.Sorted(maps.Keys(fw.Aliases)) {
		if a := fw.Aliases[key]; isName(a.Name) && key != "local_network" && !mentioned(key) {
			r.sayUnused("alias", a.Name, a.Span)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(fw.Sets)) {
		if !mentioned(key) && !actsByName(fw.Env, key) {
			r.sayUnused("IPSet", key, fw.Sets[key].Span)
		}
	}
}

// actsByName are the sets that work without a rule (reference/pve-firewall §4.9).
func actsByName(env facts.Env, name string) bool {
	if env.IsGuest() {
		return strings.HasPrefix(name, "ipfilter-net")
	}
	return name == "management" || name == "blacklist"
}

func (r *resolver) sayUnused(what, name string, span source.Span) {
	d := diag.New(definitionUnused, span, what+" "+quote(name)+" is used nowhere")
	d.Effect = "It can be deleted."
	r.list = append(r.list, d)
}
