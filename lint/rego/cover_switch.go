package rego

import (
	"maps"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
)

// This file makes chains also of what is switched off: which rules of a file
// cover each other does not depend on whether it is in force.

// coverPolicies yields the policies whose chains are judged, node by node: what
// is in force, and what would be if it were switched on.
func (w *world) coverPolicies(yield func(node string, p *ir.Policy)) {
	nodes := w.cfg.Nodes
	if len(nodes) == 0 {
		nodes = []*config.Node{{}}
	}
	for i, n := range nodes {
		p := w.policyOf(i, n)
		if !p.Off && p.Fatal == nil {
			yield(n.Name, p)
			n = sleeping(n, p)
		}
		if n == nil {
			continue
		}
		sem := lower.Reference
		if p.Fatal != nil {
			sem = lower.Intended // the reference makes nothing at all
		}
		awake, _ := lower.Lower(awakened(w.cfg), awakenedNode(n), sem)
		yield(n.Name, awake)
	}
}

func (w *world) policyOf(i int, n *config.Node) *ir.Policy {
	if len(w.policies) == len(w.cfg.Nodes) && i < len(w.policies) {
		return w.policies[i]
	}
	p, _ := lower.Lower(w.cfg, n, lower.Reference)
	return p
}

// sleeping is a node with only what has rules and no chains; nil for nothing.
func sleeping(n *config.Node, p *ir.Policy) *config.Node {
	rest := &config.Node{Name: n.Name, Facts: n.Facts}
	if p.Host == nil || p.Host.In == nil {
		rest.Host = n.Host
	}
	filtered := map[int]bool{}
	for _, e := range p.NICs {
		filtered[e.VMID] = filtered[e.VMID] || e.In != nil
	}
	for _, g := range n.Guests {
		if g.FW != nil && len(g.FW.Rules) > 0 && !filtered[g.VMID] {
			rest.Guests = append(rest.Guests, g)
		}
	}
	if rest.Host == nil && len(rest.Guests) == 0 {
		return nil
	}
	return rest
}

// awakened is the datacenter with its firewall on.
func awakened(cfg *config.Config) *config.Config {
	on := *cfg
	on.Cluster = awakenedFile(cfg.Cluster, facts.Cluster)
	return &on
}

func awakenedFile(fw *config.FW, env facts.Env) *config.FW {
	on := config.FW{Env: env}
	if fw != nil {
		on = *fw
	}
	on.Present = true
	on.Options = on.Options.With("enable", "1")
	return &on
}

// awakenedNode is a node with the firewalls of host, guests and NICs on. A guest
// without a NIC is taken for one whose conf is not known.
func awakenedNode(n *config.Node) *config.Node {
	on := *n
	on.Host = awakenedFile(n.Host, facts.Host)
	on.Guests = nil
	for _, g := range n.Guests {
		if g.FW == nil {
			continue
		}
		guest := *g
		guest.FW, guest.Broken = awakenedFile(g.FW, g.Env), false
		guest.Unknown = g.Unknown || len(g.NICs) == 0
		guest.NICs = nil
		for _, nic := range g.NICs {
			plugged := *nic
			plugged.Firewall = true
			guest.NICs = append(guest.NICs, &plugged)
		}
		on.Guests = append(on.Guests, &guest)
	}
	return &on
}

// endpointName is how a finding names the place where a rule is used.
func endpointName(node string, e *ir.Endpoint) string {
	switch {
	case e.Kind != ir.HostEndpoint:
		return e.Name
	case strings.TrimSpace(node) == "":
		return "the host"
	}
	return "node " + node
}

// idleGroups is a policy in which every group that no chain uses is used by a
// guest of its own, one that has no built-in rules; nil where there is none.
func (w *world) idleGroups() *ir.Policy {
	if w.cfg.Cluster == nil {
		return nil
	}
	n := &config.Node{}
	for _, name := range slices.Sorted(maps.Keys(w.cfg.Cluster.Groups)) {
		g := w.cfg.Cluster.Groups[name]
		if !slices.ContainsFunc(g.Rules, func(r *config.Rule) bool { return w.lines[r.Span()] != nil }) && len(g.Rules) > 0 {
			n.Guests = append(n.Guests, w.visitor(g, len(n.Guests)))
		}
	}
	if len(n.Guests) == 0 {
		return nil
	}
	p, _ := lower.Lower(awakened(w.cfg), n, lower.Reference)
	return p
}

// visitor is a guest whose only rule uses a group.
func (w *world) visitor(g *config.Group, number int) *config.Guest {
	fw := &config.FW{Env: facts.VM, Present: true, File: w.cfg.Cluster.File}
	for name, value := range map[string]string{"enable": "1", "dhcp": "0", "ndp": "0", "macfilter": "0", "radv": "1"} {
		fw.Options.Set(name, config.OptionValue{Text: value})
	}
	fw.Rules = []*config.Rule{{Type: config.GroupRule, File: w.cfg.Cluster.File, Line: &grammar.Rule{},
		Restrictions: &config.Restrictions{}, Group: &config.Ref[config.Group]{Name: g.Name, Target: g}}}
	return &config.Guest{VMID: 1_000_000_000 + number, Env: facts.VM, Unknown: true, FW: fw}
}
