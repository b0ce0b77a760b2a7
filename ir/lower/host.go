package lower

import (
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// host makes the node's own two chains (reference/pve-firewall §6.8). Without
// the host firewall they do not exist.
func (l *lowering) host() {
	fw := l.node.Host
	e := &ir.Endpoint{Kind: ir.HostEndpoint, Name: "host", Origin: optionOrigin(fw, "enable")}
	l.policy.Host = e
	if !options(fw).Bool("enable", true) {
		e.OffReason = &ir.Skipped{Stage: ir.AtDesign, Families: ir.Both, Origin: e.Origin,
			Reason: "host.fw switches the node's own firewall off, so nothing is filtered"}
		return
	}
	e.In = l.hostChain(ir.In)
	e.Out = l.hostChain(ir.Out)
}

func (l *lowering) hostChain(dir ir.Direction) *ir.Chain {
	fw := l.node.Host
	nodes := []ir.Node{simple(ir.Loopback, dir, fw), simple(ir.DropInvalid, dir, fw), simple(ir.Established, dir, fw)}
	if options(fw).Bool("ndp", true) {
		nodes = append(nodes, &ir.Builtin{Kind: ir.NDP, Dir: dir, Families: ir.OnlyV6, RA: dir == ir.In,
			Origin: optionOrigin(fw, "ndp").With(ir.ByBuiltin, ir.NDP.String())})
	}
	if dir == ir.In {
		nodes = append(nodes, l.inputFilters()...)
	}
	nodes = append(nodes, simple(ir.IGMP, dir, fw))
	nodes = append(nodes, l.hostRules(dir)...)
	nodes = append(nodes, l.management(dir)...)
	nodes = append(nodes, l.corosync(dir)...)
	nodes = append(nodes, l.hostClosing(dir)...)
	l.noteClosing(nodes)
	whole := ir.Whole(len(nodes))
	return &ir.Chain{Dir: dir, Nodes: nodes, Build: [2]ir.Build{whole, whole}}
}

// hostRules are host.fw's rules, then cluster.fw's.
func (l *lowering) hostRules(dir ir.Direction) []ir.Node {
	var nodes []ir.Node
	at := place{dir: dir, host: true, live: ir.Both}
	for _, fw := range []*config.FW{l.node.Host, l.cfg.Cluster} {
		if fw == nil {
			continue
		}
		for _, r := range fw.Rules {
			made := l.source(r, at)
			for _, f := range made.deadIn() {
				l.say(f, made.died[f], made.origin)
				l.dies(made.died[f], made.origin)
			}
			nodes = append(nodes, made.skipped...)
			nodes = append(nodes, made.nodes...)
		}
	}
	return nodes
}

// hostClosing ends a host chain: the policies are cluster.fw's, their log levels
// host.fw's (reference/pve-firewall §6.8).
func (l *lowering) hostClosing(dir ir.Direction) []ir.Node {
	if dir == ir.In {
		return closing(dir, l.cfg.Cluster, "policy_in", "DROP", ir.Verdict{}, levelOf(l.node.Host, "log_level_in"))
	}
	return closing(dir, l.cfg.Cluster, "policy_out", "ACCEPT", ir.Verdict{}, levelOf(l.node.Host, "log_level_out"))
}
