package rego

import (
	"maps"
	"slices"

	"github.com/pvefw/pvefw/ir/config"
)

// clusterDocument describes the datacenter as a whole. Guests are an index, not
// their rules: there may be thousands.
func (w *world) clusterDocument(need fields) (object, idTable) {
	ids := idTable{}
	doc := object{"version": version}
	for name, part := range map[string]func(idTable) any{
		"cluster": w.clusterPart, "nodes": w.nodesPart, "guests": w.guestsPart,
		"sets": w.setsPart, "aliases": w.aliasesPart, "groups": w.groupsPart, "repeated": w.repeatedPart,
		"access": w.once("access", w.accessPart), "traffic": w.once("traffic", w.trafficPart), "egress": w.once("egress", w.egressPart),
		"forward": w.forwardPart, "vnets": w.vnetsPart, "orphans": w.orphansPart, "fileless": w.filelessPart,
	} {
		if need.has(name) {
			doc[name] = part(ids)
		}
	}
	return doc.plain(), ids
}

// clusterPart is cluster.fw: its switch, its policies, how many rules stand in
// it, and what it accepts on every node.
func (w *world) clusterPart(ids idTable) any {
	fw := w.cfg.Cluster
	if fw == nil {
		return object{"present": false}
	}
	o := object{
		"id": ids.add(fileSpan(fw)), "present": true, "enabled": w.clusterOn(), "options": options(&fw.Options),
		"policy_in": fw.Options.Text("policy_in", "DROP"), "policy_out": fw.Options.Text("policy_out", "ACCEPT"),
		"rules": countInForce(fw.Rules), "accepts": w.accepts(placedFile{fw: fw}, ids),
	}
	if v, ok := fw.Options.Get("enable"); ok {
		o["enable"] = object{"id": ids.add(v.Span), "value": v.Text}
	}
	return o
}

// accepts lists the IN rules of a node's or the datacenter's [RULES], and of the
// groups used there, that accept ports of the host from somewhere.
func (w *world) accepts(f placedFile, ids idTable) []any {
	out := []any{}
	add := func(r placedRule) {
		if r.Type != config.InRule || r.Action != config.AcceptAction || !inForce(r.Rule) {
			return
		}
		if known := w.factsOf(r); !known.noPackets && known.ports != "" && !known.sportOnly {
			out = append(out, object{"id": ids.add(r.Span()), "ports": portsOf(r.Rule).document()})
		}
	}
	for _, r := range f.fw.Rules {
		add(placedRule{Rule: r, fw: f.fw, node: f.node})
		if r.Type != config.GroupRule || !inForce(r) {
			continue
		}
		for _, inner := range r.Group.Target.Rules {
			add(placedRule{Rule: inner, fw: w.cfg.Cluster, group: r.Group.Target})
		}
	}
	return out
}

func countInForce(rules []*config.Rule) int {
	n := 0
	for _, r := range rules {
		if inForce(r) {
			n++
		}
	}
	return n
}

// nodesPart lists the nodes; without any known one there is one with defaults.
func (w *world) nodesPart(ids idTable) any {
	out := []any{}
	for _, n := range w.cfg.Nodes {
		o := object{"id": "", "name": n.Name, "firewall": hostOn(n), "rules": 0, "accepts": []any{}, "options": object{}}
		if n.Host != nil && n.Host.File != nil {
			o["id"] = ids.add(fileSpan(n.Host))
			o["rules"] = countInForce(n.Host.Rules)
			o["accepts"] = w.accepts(placedFile{fw: n.Host, node: n}, ids)
			o["options"] = options(&n.Host.Options)
		}
		out = append(out, o)
	}
	if len(out) == 0 {
		out = append(out, object{"id": "", "name": "", "firewall": true, "rules": 0, "accepts": []any{}, "options": object{}})
	}
	return out
}

func (w *world) guestsPart(ids idTable) any {
	out := []any{}
	for _, n := range w.cfg.Nodes {
		for _, g := range n.Guests {
			o := object{"id": "", "vmid": g.VMID, "name": g.Name, "node": n.Name, "kind": g.Env.String(),
				"tags": texts(g.Tags), "file": g.FW != nil, "enabled": guestOn(g), "nics": len(g.NICs)}
			if g.FW != nil {
				o["id"] = ids.add(fileSpan(g.FW))
			}
			out = append(out, o)
		}
	}
	return out
}

// setsPart lists the datacenter's sets by name.
func (w *world) setsPart(ids idTable) any {
	out := []any{}
	if w.cfg.Cluster == nil {
		return out
	}
	for _, name := range slices.Sorted(maps.Keys(w.cfg.Cluster.Sets)) {
		s := w.cfg.Cluster.Sets[name]
		entries := []any{}
		for _, e := range s.Entries {
			entries = append(entries, object{"id": ids.add(e.Span()), "text": e.Text, "nomatch": e.NoMatch, "live": isLive(e)})
		}
		out = append(out, object{"id": ids.add(s.Span), "name": name, "comment": s.Comment, "entries": entries})
	}
	return out
}

func (w *world) aliasesPart(ids idTable) any {
	out := []any{}
	if w.cfg.Cluster == nil {
		return out
	}
	for _, name := range slices.Sorted(maps.Keys(w.cfg.Cluster.Aliases)) {
		a := w.cfg.Cluster.Aliases[name]
		out = append(out, object{"id": ids.add(a.Span), "name": a.Name, "text": a.Text, "comment": a.Comment})
	}
	return out
}

func (w *world) groupsPart(ids idTable) any {
	out := []any{}
	if w.cfg.Cluster == nil {
		return out
	}
	for _, name := range slices.Sorted(maps.Keys(w.cfg.Cluster.Groups)) {
		g := w.cfg.Cluster.Groups[name]
		out = append(out, object{"id": ids.add(g.Span), "name": name, "comment": g.Comment, "rules": len(g.Rules),
			"host_interfaces": texts(w.calls[g])})
	}
	return out
}
