package rego

import (
	"iter"
	"strconv"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// version is the version of the documents, at input.version. Keys may be added
// under the same version.
//
//	rule     version, rule, owner, facts
//	guest    version, owner, rules
//	node     version, owner, rules
//	file     version, owner, rules
//	cluster  version, cluster, nodes, guests, sets, aliases, groups, and what
//	         is known about the whole: access, traffic, egress, forward, vnets,
//	         orphans, fileless
//
// Every object that a finding may point at has an "id".
const version = 1

// object is a JSON object of an input document.
type object map[string]any

// idTable says where the ids of a document are.
type idTable map[string]source.Span

// add registers a place and returns its id: "FILE:LINE", or "FILE" for a whole
// file. The same line always has the same id.
func (ids idTable) add(s source.Span) string {
	if s.IsZero() {
		return ""
	}
	id := s.File.Name()
	if !s.WholeFile() {
		id += ":" + strconv.Itoa(s.From().Line)
	}
	ids[id] = s
	return id
}

// unit is one input document to be, and where a finding about it is by default.
type unit struct {
	span     source.Span
	document func(need fields) (object, idTable)
	rule     placedRule // without a Rule but for a unit rule
}

// units yields what a policy of that kind is asked about, in a fixed order.
func (w *world) units(kind unitKind) iter.Seq[unit] {
	return func(yield func(unit) bool) {
		switch kind {
		case ruleUnit:
			for r := range w.rules() {
				if !yield(w.ruleUnit(r)) {
					return
				}
			}
		case clusterUnit:
			yield(unit{span: fileSpan(w.cfg.Cluster), document: w.clusterDocument})
		default:
			w.fileUnits(kind, yield)
		}
	}
}

// fileUnits yields files, or the nodes or guests that have one.
func (w *world) fileUnits(kind unitKind, yield func(unit) bool) {
	for f := range w.files() {
		if f.is(kind) && !yield(w.fileUnit(f)) {
			return
		}
	}
}

// is reports whether a file is a unit of a kind.
func (f placedFile) is(kind unitKind) bool {
	switch kind {
	case guestUnit:
		return f.guest != nil
	case nodeUnit:
		return f.node != nil && f.guest == nil
	}
	return kind == fileUnit
}

func (w *world) ruleDocument(r placedRule, need fields) (object, idTable) {
	ids := idTable{}
	doc := object{"version": version}
	if need.has("rule") {
		doc["rule"] = w.rule(r, ids)
	}
	if need.has("owner") {
		doc["owner"] = w.owner(placedFile{r.fw, r.node, r.guest}, ids)
		if r.group != nil {
			doc["owner"].(object)["group"] = object{"id": ids.add(r.group.Span), "name": r.group.Name}
		}
	}
	if need.has("facts") {
		doc["facts"] = w.placedFacts(r).document()
	}
	return doc.plain(), ids
}

func (w *world) fileDocument(f placedFile, need fields) (object, idTable) {
	ids := idTable{}
	doc := object{"version": version}
	if need.has("owner") {
		doc["owner"] = w.owner(f, ids)
	}
	if need.has("rules") {
		rules := []any{}
		for _, r := range f.rules() {
			if inForce(r.Rule) {
				rules = append(rules, w.rule(r, ids))
			}
		}
		doc["rules"] = rules
	}
	if need.has("facts") {
		known := fileFacts{w, f, ids}
		doc["facts"] = known.document(func(key string) bool { return need.below("facts", key) })
	}
	return doc.plain(), ids
}

// owner describes whose file it is.
func (w *world) owner(f placedFile, ids idTable) object {
	o := object{
		"id": ids.add(fileSpan(f.fw)), "kind": f.fw.Env.String(), "name": f.fw.Name,
		"options": options(&f.fw.Options), "node": "",
	}
	if f.node != nil {
		o["node"] = f.node.Name
	}
	if v, ok := f.fw.Options.Get("enable"); ok {
		o["enable"] = object{"id": ids.add(v.Span), "value": v.Text}
	}
	if v, ok := f.fw.Options.Get("nf_conntrack_helpers"); ok && v.Text != "" {
		o["helpers"] = object{"id": ids.add(v.Span), "value": v.Text}
	}
	switch {
	case f.guest != nil:
		w.describeGuest(o, f, ids)
	case f.node != nil:
		o["name"], o["enabled"] = f.node.Name, hostOn(f.node)
	case f.fw == w.cfg.Cluster:
		o["enabled"] = w.clusterOn()
	}
	return o
}

func (w *world) describeGuest(o object, f placedFile, ids idTable) {
	g := f.guest
	o["vmid"], o["name"], o["enabled"] = g.VMID, g.Name, guestOn(g)
	o["tags"] = texts(g.Tags)
	o["nics_known"] = !g.Unknown && !w.cfg.GuestsWithoutConfs
	nics := []any{}
	for _, n := range g.NICs {
		nics = append(nics, object{
			"id": ids.add(n.Span), "name": "net" + strconv.Itoa(n.Index), "model": n.Model, "mac": n.MAC,
			"bridge": n.Bridge, "firewall": n.Firewall, "link_down": n.LinkDown, "tag": n.Tag,
			"ip": n.IP, "ip6": n.IP6,
		})
	}
	o["nics"] = nics
}

// guestOn reports whether the guest's own switch is on.
func guestOn(g *config.Guest) bool { return g.FW != nil && g.FW.Options.Bool("enable", false) }

// options lists the options in force by name, as text.
func options(o *config.Options) object {
	out := object{}
	for _, known := range facts.Options() {
		if v, ok := o.Get(known.Name); ok {
			out[known.Name] = v.Text
		}
	}
	return out
}

func texts(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// plain turns nested objects into the maps that OPA converts.
func (o object) plain() object {
	for k, v := range o {
		o[k] = plain(v)
	}
	return o
}

func plain(v any) any {
	switch v := v.(type) {
	case object:
		return map[string]any(v.plain())
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	}
	return v
}
