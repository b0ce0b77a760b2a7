package rego

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir/config"
)

// Names that a rule could use instead of numbers.

// macroOf holds, by protocol and port, the macro that stands for just these; the
// empty name where several do (SPICEproxy and Squid).
var macroOf = sync.OnceValue(func() map[template]string {
	names := map[template]string{}
	for _, m := range facts.Macros() {
		v4, v6 := m.For(false), m.For(true)
		if len(v4) != 1 || len(v6) != 1 || v4[0] != v6[0] || v4[0].SPort != "" || v4[0].DPort == "" {
			continue
		}
		t := template{v4[0].Proto, v4[0].DPort}
		if _, twice := names[t]; twice {
			names[t] = ""
			continue
		}
		names[t] = m.Name
	}
	return names
})

func macroFor(r *config.Rule) string {
	if r.Macro != nil || r.SPort != "" || r.ICMPType != "" {
		return ""
	}
	return macroOf()[template{r.Proto, r.DPort}]
}

// aliasNames are the aliases of one file by the address they stand for, the
// first of the alphabet each.
type aliasNames map[string]*config.Alias

func aliasNamesOf(fw *config.FW) aliasNames {
	if fw == nil {
		return nil
	}
	names := aliasNames{}
	for _, key := range slices.Sorted(maps.Keys(fw.Aliases)) {
		if a := fw.Aliases[key]; names[a.Text] == nil {
			names[a.Text] = a
		}
	}
	return names
}

// aliasFor is how a rule could name its literal address. In cluster.fw only what
// stands above the rule can be named, since files are read once. A guest's own
// aliases come first, as when the name is looked up.
func (w *world) aliasFor(r placedRule, a *config.Addr) string {
	if !a.Literal || !a.Given() || r.fw.Name != "" && r.guest == nil {
		return ""
	}
	text := strings.TrimSuffix(strings.TrimSuffix(a.Text, "/32"), "/128")
	inCluster := r.fw == w.cfg.Cluster
	if !inCluster {
		if found := w.aliases(r.fw)[text]; found != nil && isAbove(found, r.Rule) {
			return found.Name
		}
	}
	found := w.aliases(w.cfg.Cluster)[text]
	switch {
	case found == nil, inCluster && !isAbove(found, r.Rule):
		return ""
	case inCluster:
		return found.Name
	}
	return "dc/" + found.Name
}

func isAbove(a *config.Alias, r *config.Rule) bool { return a.Line.Number < r.Line.Number }

func (w *world) aliases(fw *config.FW) aliasNames {
	if fw == nil || len(fw.Aliases) == 0 {
		return nil
	}
	x := w.extra()
	x.Lock()
	defer x.Unlock()
	names, ok := x.aliases[fw]
	if !ok {
		names = aliasNamesOf(fw)
		x.aliases[fw] = names
	}
	return names
}
