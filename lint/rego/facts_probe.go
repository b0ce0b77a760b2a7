package rego

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/config"
)

// doors are the two sides of one node's own firewall.
type doors struct {
	node    *config.Node
	in, out *analysis.Reach
}

// doors lists the nodes whose own traffic is filtered, at its first use.
func (w *world) doors() []*doors {
	if w.hosts != nil {
		return w.hosts
	}
	if len(w.policies) != len(w.cfg.Nodes) {
		w.policies = lowerAll(w.cfg)
	}
	w.hosts = []*doors{}
	if !w.clusterOn() {
		return w.hosts
	}
	work := max(allWork/max(len(w.policies), 1), leastWork)
	for i, n := range w.cfg.Nodes {
		p := w.policies[i]
		if p == nil || p.Off || p.Fatal != nil || p.Host == nil || p.Host.In == nil {
			continue
		}
		d := &doors{node: n, in: analysis.NewReach(p, p.Host, ir.In), out: analysis.NewReach(p, p.Host, ir.Out)}
		d.in.Work, d.out.Work = work, work
		w.hosts = append(w.hosts, d)
	}
	return w.hosts
}

// The work on all nodes together is bounded to a few seconds.
const (
	allWork   = 1 << 25
	leastWork = 1 << 16
)

// stopped describes what stops a witness: its place, if a line says so, and what
// kind of thing it is.
func (w *world) stopped(got analysis.Reached, ids idTable) object {
	o := object{"id": "", "kind": "built-in", "action": "", "file": "", "catch_all": false, "text": ""}
	if got.Witness == nil || !got.By.Decided {
		return o
	}
	o["action"] = got.By.Rule.Verdict.Kind.String()
	if b, ok := got.By.Node.(*ir.Builtin); ok && b.Kind == ir.Blacklist {
		o["kind"] = "blacklist"
		return o
	} else if ok && b.Kind != ir.DropNoise && b.Kind != ir.RejectNoise {
		return o
	}
	origin := got.By.Rule.Origin
	if closes(origin) {
		o["kind"] = "policy"
	} else {
		o["kind"], o["catch_all"] = "rule", takesAll(&got.By.Rule.Match)
	}
	if s := origin.Span; !s.IsZero() && !s.WholeFile() {
		o["id"], o["text"] = ids.add(s), strings.TrimSpace(s.File.Line(s.From().Line).Text())
		o["file"] = w.fileKind(s.File)
	}
	return o
}

// closes tells the policy at the end of a list, and the filter of noise before it.
func closes(o ir.Origin) bool {
	return slices.ContainsFunc(o.Steps, func(s ir.Step) bool { return s.Kind == ir.ByPolicy || s.Kind == ir.ByBuiltin })
}

// takesAll reports whether a match takes every packet of a family but for the
// interface.
func takesAll(m *ir.Match) bool {
	rest := *m
	rest.In, rest.Out = "", ""
	for _, a := range []**ir.Addr{&rest.Source, &rest.Dest} {
		if *a != nil && len((*a).Prefixes) == 1 && (*a).Prefixes[0].Bits() == 0 {
			*a = nil
		}
	}
	return rest.IsAny()
}

// fileKind is cluster or host.
func (w *world) fileKind(f *source.File) string {
	if c := w.cfg.Cluster; c != nil && c.File != nil && c.File.Source == f {
		return "cluster"
	}
	return "host"
}
