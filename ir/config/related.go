package config

import (
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// related shows where the thing is defined that a reference misses: in another
// case, as another kind of thing, or in another scope.
func (f *reader) related() {
	for i := range f.list {
		d := &f.list[i]
		if len(d.Related) > 0 || d.Span.File != f.fw.File.Source {
			continue
		}
		_, name := splitScope(strings.TrimPrefix(d.Span.Text(), "+"))
		isSet := strings.HasPrefix(d.Span.Text(), "+")
		for _, at := range f.definitionsOf(d.Rule, lower(name), isSet) {
			d.Related = append(d.Related, diag.Related{Span: at, Message: "defined here"})
		}
	}
}

// definitionsOf lists the definitions of a name that the finding's rule is about;
// only a reference with a plus sign misses a set by its case.
func (f *reader) definitionsOf(rule *diag.Rule, name string, plus bool) (all []source.Span) {
	aliases := rule == aliasUsedAsIPSet || rule == scopeUnresolvable
	sets := rule == nameCase && plus || rule == ipsetUsedAsAlias || rule == ipsetUsedAsGroup || rule == scopeUnresolvable
	for _, fw := range []*FW{f.scope.own, f.scope.cluster} {
		if fw == nil {
			continue
		}
		if a := fw.Aliases[name]; a != nil && aliases {
			all = append(all, a.Span)
		}
		if s := fw.Sets[name]; s != nil && sets {
			all = append(all, s.Span)
		}
		if g := fw.Groups[name]; g != nil && rule == nameCase && !plus {
			all = append(all, g.Span)
		}
	}
	return all
}
