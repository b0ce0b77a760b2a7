package config

import (
	"maps"
	"slices"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

const clusterMissing = "cluster.fw: names of the datacenter cannot be looked up"

// mayExist tells whether a file that is missing could define the alias, and
// notes the missing fact.
func (f *reader) mayExist(text string) bool {
	if !f.r.unknownDatacenter() {
		return false
	}
	f.r.missing[clusterMissing] = true
	return true
}

// mayExistSet is the same for a set, which can also be one of the network's.
func (f *reader) mayExistSet(prefix, name string) bool {
	if prefix == "sdn/" && f.r.unknownSDN(name) {
		f.r.missing[f.r.missSDN(name)] = true
		return true
	}
	return f.mayExist(name)
}

// aliasFault chooses the code for an alias that is not found.
func (f *reader) aliasFault(name string) *diag.Rule {
	at, defined := f.later().aliases[lower(name)]
	switch {
	case defined && !f.passed(at):
		return useBeforeDefinition
	case !defined && f.scope.setExists(lower(name)):
		return ipsetUsedAsAlias
	}
	return aliasUnknown
}

// explainAlias words the finding.
func (f *reader) explainAlias(d *diag.Diagnostic, name string, span source.Span) {
	switch d.Rule {
	case useBeforeDefinition:
		d.Message = "alias " + quote(name) + " is defined only below; the file is read from top to bottom"
		d.Related = append(d.Related, diag.Related{Span: f.later().aliases[lower(name)], Message: "defined here"})
	case ipsetUsedAsAlias:
		d.Message = quote(name) + " is an IPSET: in a rule write +" + lower(name)
		if f.set != nil {
			d.Message = quote(name) + " is an IPSET, and a set cannot contain another set"
		}
	case aliasUnknown:
		d.Message = "there is no alias " + quote(name)
		if at, refused := f.missedIn(name); refused {
			d.Message += ": the line that should define it is refused"
			d.Related = append(d.Related, diag.Related{Span: at, Message: "this line defines nothing"})
			return
		}
		f.suggest(d, name, span, f.aliasNames)
	}
}

// setFault chooses the code for a set that is not found.
func (f *reader) setFault(prefix, name string) *diag.Rule {
	small := lower(name)
	switch {
	case small != name && f.scope.setExists(small):
		return nameCase
	case has(f.later().sets, small):
		return useBeforeDefinition
	case f.scope.aliasExists(name), has(f.later().aliases, small):
		return aliasUsedAsIPSet
	case small == "management":
		return managementUndefined
	case prefix == "sdn/":
		return sdnSetUnknown
	}
	return ipsetUnknown
}

// passed tells whether the reader has already been at a place of this file.
func (f *reader) passed(at source.Span) bool { return at.Start < f.at }

func has(names map[string]source.Span, name string) bool {
	_, ok := names[name]
	return ok
}

// explainSet words the finding; span covers +[scope/]name.
func (f *reader) explainSet(d *diag.Diagnostic, name string, span source.Span) {
	switch d.Rule {
	case nameCase:
		d.Message = "sets are stored in lower case and looked up by case: write " + lower(name)
		d.Fixes = replace(nameOf(span, name), lower(name), diag.Safe)
	case useBeforeDefinition:
		d.Message = "IPSET " + quote(name) + " is defined only below; the file is read from top to bottom"
		d.Related = append(d.Related, diag.Related{Span: f.later().sets[lower(name)], Message: "defined here"})
	case aliasUsedAsIPSet:
		d.Message = quote(name) + " is an alias, not an IPSET: write it without +"
		plus := span
		plus.End = plus.Start + 1
		d.Fixes = []diag.Fix{{Title: "delete the +", Safety: diag.Safe, Edits: []source.Edit{{Span: plus}}}}
	case managementUndefined:
		d.Message = "+management can be used only where cluster.fw has an [IPSET management] above; the one that Proxmox makes by itself does not count"
	case sdnSetUnknown:
		d.Message = "there is no set " + quote(name) + " of the SDN"
		f.suggest(d, name, nameOf(span, name), f.sdnNames)
	case ipsetUnknown:
		d.Message = "there is no IPSET " + quote(name)
		f.suggest(d, name, nameOf(span, name), f.setNames)
	}
}

// nameOf is the end of span that holds name.
func nameOf(span source.Span, name string) source.Span {
	span.Start = span.End - int32(len(name))
	return span
}

// aliasNames and setNames are what is visible in this file.
func (f *reader) aliasNames() (all []string) {
	for _, fw := range f.scope.tables("") {
		all = slices.AppendSeq(all, maps.Keys(fw.Aliases))
	}
	return all
}

func (f *reader) setNames() (all []string) {
	for _, fw := range f.scope.tables("") {
		all = slices.AppendSeq(all, maps.Keys(fw.Sets))
	}
	return all
}

func (f *reader) sdnNames() []string { return slices.Collect(maps.Keys(f.r.cfg.SDN.Sets)) }

func (f *reader) suggest(d *diag.Diagnostic, name string, span source.Span, names func() []string) {
	if near := f.r.nearest(lower(name), names); near != "" {
		d.Message += ", did you mean " + near + "?"
		d.Fixes = replace(nameOf(span, name), near, diag.Unsafe)
	}
}

// redefined reports a group or set whose earlier lines are forgotten.
func (f *reader) redefined(what, name string, old, again source.Span, lost int) {
	d := f.say(definitionDuplicate, again, what+" "+quote(name)+" is defined again: what stood in the first is forgotten")
	d.Related = []diag.Related{{Span: old, Message: "defined here before"}}
	d.Effect = "Only the last definition counts."
	d.Effects = diag.Effects{PVEFirewall: "Empties the " + what + " and starts again."}
	if lost == 0 {
		d.Severity = diag.Info
	}
}

// refSpan is where a live rule names something.
func refSpan(rule *Rule, name string) source.Span {
	for _, a := range []*Addr{&rule.Source, &rule.Dest} {
		if a.Set != nil && a.Set.Name == name {
			return a.Set.Span
		}
		if a.Alias != nil && a.Alias.Name == name {
			return a.Alias.Span
		}
	}
	return rule.Span()
}
