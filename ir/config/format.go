package config

import (
	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// Format returns one file in the house form (see grammar.Format). The file is
// judged by itself, so that the result depends on nothing else: every line that
// the daemon complains about whatever the other files hold stays byte for byte.
func Format(src *source.File, env facts.Env) []byte {
	tree, found := alone(src, env)
	blamed := map[int32]bool{}
	for _, d := range found {
		if d.ProxmoxMessage != "" && d.Span.File == src {
			blamed[int32(d.Span.From().Line)] = true
		}
	}
	return grammar.Format(tree, func(l grammar.Line) bool { return blamed[grammar.BaseOf(l).Number] })
}

// alone resolves a file of which no neighbour is known.
func alone(src *source.File, env facts.Env) (*grammar.File, diag.List) {
	if env == facts.Cluster {
		cfg, found := Resolve(Input{Cluster: src, Datacenter: true})
		return cfg.Cluster.File, found
	}
	in := Input{NoGuestConfs: true}
	node := NodeInput{Facts: Host{NoDir: true}}
	switch env {
	case facts.Host:
		node.HostFW = src
	case facts.VNet:
		in.VNets = []VNetInput{{FW: src}}
	default:
		node.Guests = []GuestInput{{VMID: 100, Env: env, FW: src, Unknown: true}}
	}
	in.Nodes = []NodeInput{node}
	cfg, found := Resolve(in)
	switch n := cfg.Nodes[0]; env {
	case facts.Host:
		return n.Host.File, found
	case facts.VNet:
		return cfg.VNets[0].File, found
	default:
		return n.Guests[0].FW.File, found
	}
}
