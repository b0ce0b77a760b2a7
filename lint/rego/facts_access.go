package rego

import (
	"maps"
	"net/netip"
	"slices"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/config"
)

// The bounds of what is asked about one node.
const (
	mostSources  = 64 // management entries, admin networks
	mostPeers    = 64 // other nodes
	mostListings = 16 // things of one kind that a document lists
)

// once makes a part of the document at its first use; each policy gets a copy.
func (w *world) once(name string, make func(idTable) any) func(idTable) any {
	return func(ids idTable) any {
		if w.parts[name] == nil {
			p := &part{ids: idTable{}}
			p.value = plain(make(p.ids))
			w.parts[name] = p
		}
		maps.Copy(ids, w.parts[name].ids)
		return copied(w.parts[name].value)
	}
}

func copied(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = copied(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = copied(item)
		}
		return out
	}
	return v
}

// part is a finished part of the document and its places.
type part struct {
	value any
	ids   idTable
}

// accessPart says who cannot administer the nodes whose own traffic is filtered.
// Asked are the admin networks, the entries of the set management, the local
// network and the other nodes; listed is what is stopped, with a witness.
func (w *world) accessPart(ids idTable) any {
	nodes := []any{}
	stopped, locked, oneSided := false, false, false // somewhere; what policies need to know first
	for _, d := range w.doors() {
		local, _ := w.localNetwork(d.node)
		out, fams := w.stoppedSources(d, ids), w.familiesOf(d)
		o := object{"node": label(d.node), "stopped": out, "families": fams}
		web := analysis.Probe{Proto: "tcp", First: 8006, Last: 8006, Beyond: local}
		got := d.in.Ask(web)
		shutOut := got.Extent == analysis.NoneThrough && !w.declared(d)
		o["locked"], o["beyond"], o["witness"], o["by"] = shutOut, got.Extent.String(), web.Witness(got.Witness), w.stopped(got, ids)
		nodes = append(nodes, o)
		stopped, locked, oneSided = stopped || len(out) > 0, locked || shutOut, oneSided || len(fams) > 1
	}
	broken, over := w.brokenDoors(ids), w.override(ids)
	return object{"nodes": nodes, "broken": broken, "admin_networks": len(w.cfg.AdminNetworks), "overridden": over,
		"stopped": stopped, "locked": locked, "doubtful": stopped || locked || len(broken) > 0,
		"one_sided": oneSided, "narrowed": over["id"] != ""}
}

// declared reports whether an entry of the set management, or a rule, lets anybody
// to the web interface, be it within the local network: whoever wrote that knows
// how to get in. Of networks one address is asked about.
func (w *world) declared(d *doors) bool {
	var from []span
	if c := w.cfg.Cluster; c != nil && c.Sets["management"] != nil {
		from, _ = entrySpans(c.Sets["management"])
	}
	for f := range w.files() {
		if f.guest != nil || f.fw.Name != "" || f.node != nil && f.node != d.node {
			continue
		}
		for _, r := range f.rules() {
			if r.Type == config.InRule && r.Action == config.AcceptAction && inForce(r.Rule) && portsOf(r.Rule).has("tcp", 8006) {
				spans, _ := spansOf(&r.Source)
				from = append(from, spans...)
			}
		}
	}
	return slices.ContainsFunc(from[:min(len(from), mostSources)], func(s span) bool {
		return !d.in.Shut(analysis.Probe{Proto: "tcp", First: 8006, Last: 8006, Source: analysis.Single(s.first)})
	})
}

// label is a node's name for people; empty for the one node that has none.
func label(n *config.Node) string {
	if n.Facts.NoDir {
		return ""
	}
	return n.Name
}

// origin is some addresses that ought to reach a node.
type origin struct {
	kind    string // admin, management, local, peer
	name    string
	network netip.Prefix
	at      source.Span
}

// origins lists them, each network once.
func (w *world) origins(d *doors) []origin {
	var out []origin
	for _, p := range w.cfg.AdminNetworks {
		out = append(out, origin{kind: "admin", name: p.String(), network: p.Masked()})
	}
	if c := w.cfg.Cluster; c != nil && c.Sets["management"] != nil {
		for _, e := range c.Sets["management"].Entries {
			if p, ok := networkOf(e); ok {
				out = append(out, origin{"management", e.Text, p, e.Span()})
			}
		}
	}
	if p, at := w.localNetwork(d.node); p.IsValid() {
		out = append(out, origin{"local", p.String(), p, at})
	}
	for _, n := range w.cfg.Nodes {
		if n == d.node {
			continue
		}
		if a, err := netip.ParseAddr(n.Facts.Address); err == nil && a.Zone() == "" {
			out = append(out, origin{kind: "peer", name: "node " + n.Name, network: analysis.Single(a)})
		}
	}
	return out[:min(len(out), mostSources)]
}

// networkOf is what a live entry that takes nothing out stands for.
func networkOf(e config.SetEntry) (netip.Prefix, bool) {
	if !isLive(e) || e.NoMatch {
		return netip.Prefix{}, false
	}
	text := e.Text
	if e.Alias != nil {
		text = e.Alias.Target.Text
	}
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.Masked(), true
	}
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, false
	}
	return analysis.Single(a), true
}

// stoppedSources lists the origins that a service of the node is closed to, as a
// whole or in part. A part because of the destination is none: which of its
// addresses the node is asked at is not known.
func (w *world) stoppedSources(d *doors, ids idTable) []any {
	out := []any{}
	for _, from := range w.origins(d) {
		for _, s := range analysis.Doors() {
			p := analysis.Probe{Proto: "tcp", First: s.Port, Last: s.Port, Source: from.network}
			got := d.in.Ask(p)
			if got.Extent != analysis.NoneThrough && (got.Extent != analysis.PartThrough || !soleSource(d, p, got)) {
				continue
			}
			out = append(out, object{"kind": from.kind, "name": from.name, "id": ids.add(from.at), "service": s.Name, "port": int(s.Port),
				"extent": got.Extent.String(), "witness": p.Witness(got.Witness), "by": w.stopped(got, ids)})
		}
	}
	return out
}

// soleSource reports whether the source of a witness is stopped at all of the
// node's addresses.
func soleSource(d *doors, p analysis.Probe, got analysis.Reached) bool {
	p.Source = analysis.Single(got.Witness.Source)
	return d.in.Shut(p)
}

// familiesOf says of the families that the node has addresses in whether anybody
// reaches the web interface, and whether the set management has an address.
func (w *world) familiesOf(d *doors) []any {
	has := [2]bool{}
	for _, a := range d.node.Addresses() {
		if !a.IsLoopback() && !a.IsLinkLocalUnicast() {
			has[analysis.FamilyOf(a)] = true
		}
	}
	var managed families
	if c := w.cfg.Cluster; c != nil && c.Sets["management"] != nil {
		for _, e := range c.Sets["management"].Entries {
			if p, ok := networkOf(e); ok {
				managed |= 1 << analysis.FamilyOf(p.Addr())
			}
		}
	}
	out := []any{}
	for f := ir.V4; f <= ir.V6; f++ {
		if has[f] {
			web := analysis.Probe{Proto: "tcp", First: 8006, Last: 8006}
			out = append(out, object{"name": f.String(), "managed": managed&(1<<f) != 0, "web": d.in.AskIn(f, web).Extent.String()})
		}
	}
	return out
}
