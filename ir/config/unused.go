package config

import (
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
	files := r.inOrder()
	cluster := &noFile
	if c := r.cfg.Cluster; c != nil && c.Present && len(files) > 1 {
		cluster = c
	}
	anywhere := map[string]bool{}
	for _, fw := range files {
		own := &noFile
		if fw.Env.IsGuest() {
			own = fw
		}
		r.unusedIn(own, uses{fw: fw, own: own, cluster: cluster, anywhere: anywhere}.find())
	}
	r.unusedIn(cluster, anywhere)
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

// uses finds in a file the names that it or cluster.fw defines.
type uses struct {
	fw, own, cluster *FW
	anywhere         map[string]bool // of cluster.fw, in any file; added to
}

// find returns the file's own names that it mentions, in lower case.
func (u uses) find() (here map[string]bool) {
	note := func(w grammar.Word) {
		name := lower(scopeless(u.fw.File.Text(w)))
		if u.own.defines(name) && isName(name) {
			store(&here, name, true)
		}
		if u.cluster.defines(name) && isName(name) {
			u.anywhere[name] = true
		}
	}
	for _, line := range u.fw.File.Lines {
		switch l := line.(type) {
		case *grammar.SetEntry:
			note(l.Target)
		case *grammar.Rule:
			for p := range l.EachParam {
				if p.Kind == grammar.Source || p.Kind == grammar.Dest {
					note(p.Value)
				}
			}
		case *grammar.Bad:
			if l.In() == nil || l.In().Section != grammar.Aliases {
				for _, w := range u.fw.File.Words(l, len(u.fw.File.Source.Bytes())) {
					note(w)
				}
			}
		}
	}
	return here
}

// scopeless is a word without plus sign and scope.
func scopeless(text string) string {
	text = strings.TrimPrefix(text, "+")
	if i := strings.IndexByte(text, '/'); i >= 0 && i < len("guest/") {
		text = text[i+1:]
	}
	return text
}

// defines reports whether a name, in lower case, is that of an alias or a set.
func (fw *FW) defines(name string) bool { return fw.Aliases[name] != nil || fw.Sets[name] != nil }

// unusedIn reports the names of a file that nothing mentions, up to a bound.
func (r *resolver) unusedIn(fw *FW, used map[string]bool) {
	most := len(r.list) + mostFindings
	mentioned := func(name string) bool { return len(r.list) >= most || used[name] }
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
