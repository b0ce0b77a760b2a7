package rego

import (
	"regexp"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/config"
)

// opener finds lines that were meant to let somebody in to administer a node.
var opener = regexp.MustCompile(`(?i)^\|?IN\s.*(\b8006\b|\b22\b|\bSSH\b|\bPMG\b)`)

// brokenDoors lists the lines of cluster.fw and host.fw that would open the web
// interface or SSH and do not, and why. Lines of groups count where a host may
// use them. Of lines that are told of by themselves it says so.
func (w *world) brokenDoors(ids idTable) []any {
	out := []any{}
	for f := range w.files() {
		if f.guest != nil || f.fw.Name != "" {
			continue
		}
		for _, r := range f.rules() {
			if why := w.brokenDoor(r); why != "" && len(out) < mostListings {
				out = append(out, object{"id": ids.add(r.Span()), "why": why,
					"ports": portsOf(r.Rule).document(), "disabled": r.Disabled, "told": !r.Disabled && !inForce(r.Rule)})
			}
		}
		for _, l := range f.fw.File.Lines {
			_, bad := l.(*grammar.Bad)
			if span := f.fw.File.Span(grammar.BaseOf(l).Body()); bad && len(out) < mostListings && opener.MatchString(span.Text()) {
				out = append(out, object{"id": ids.add(span), "why": "Proxmox cannot read it",
					"ports": []any{}, "disabled": false, "told": true})
			}
		}
	}
	return out
}

// brokenDoor says why a rule that accepts management ports opens nothing; empty
// for other rules.
func (w *world) brokenDoor(r placedRule) string {
	if r.Type != config.InRule || r.Action != config.AcceptAction || !opensDoor(r.Rule) {
		return ""
	}
	switch {
	case r.group != nil && len(w.calls[r.group]) == 0:
		return "" // guests may use it
	case r.Disabled:
		return "it is disabled"
	case len(r.Dead) > 0:
		return "Proxmox refuses it"
	case !resolved(&r.Source) || !resolved(&r.Dest):
		return "it names something that does not exist"
	case w.cover(&r.Source).empty:
		return "its source set is empty"
	case w.cover(&r.Dest).empty:
		return "its destination set is empty"
	}
	return ""
}

// opensDoor reports whether a rule names a service of the nodes.
func opensDoor(r *config.Rule) bool {
	for _, p := range portsOf(r) {
		for _, s := range analysis.Doors() {
			if p.proto == "tcp" && p.first <= s.Port && s.Port <= p.last && (p.first != 0 || p.last != 65535) {
				return true
			}
		}
	}
	return false
}
