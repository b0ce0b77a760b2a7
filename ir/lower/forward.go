package lower

import (
	"slices"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// This file makes the lists of what a node forwards, which only Intended has: those
// of FORWARD rules, policy_forward and VNet files. The order is that of the nftables
// daemon, host.fw before cluster.fw; known connections and invalid packets never
// come this far, the forward frame stands before.

// forwarding makes the node's list and those of the VNets. Findings of Lower are
// about what the production daemon makes, so nothing is reported here.
func (l *lowering) forwarding() {
	if l.reference() {
		return
	}
	found := l.findings
	l.forwardNode()
	l.forwardVNets()
	l.findings = found
}

// forwardNode makes the list of routed packets, where a file says anything about
// them: a list that lets everything through would only cost time on every packet.
func (l *lowering) forwardNode() {
	host, cluster := l.node.Host, l.cfg.Cluster
	var nodes []ir.Node
	for _, fw := range []*config.FW{host, cluster} {
		if fw != nil && l.noForwarding(fw) == "" {
			nodes = append(nodes, l.forwardList(fw)...)
		}
	}
	last := forwardClosing(cluster, levelOf(host, "log_level_forward"))
	switch {
	case !options(host).Bool("enable", true):
	case last.Verdict.Kind == ir.Accept && !slices.ContainsFunc(nodes, decides):
		l.policy.Forward = body(l.policy.Forward.Name, ir.In, append(l.policy.Forward.Nodes, nodes...))
	default:
		l.policy.Forwarding = throughChain(append(nodes, last))
	}
}

func decides(n ir.Node) bool {
	_, dead := n.(*ir.Skipped)
	return !dead
}

// forwardVNets makes the list of every VNet with a firewall. A name in both
// layouts counts once.
func (l *lowering) forwardVNets() {
	for _, fw := range l.cfg.VNets {
		known := func(n *ir.VNet) bool { return n.Name == fw.Name }
		if !fw.Present || l.noForwarding(fw) != "" || slices.ContainsFunc(l.policy.VNets, known) {
			continue
		}
		nodes := append(l.forwardList(fw), forwardClosing(fw, levelOf(fw, "log_level_forward")))
		l.policy.VNets = append(l.policy.VNets, &ir.VNet{Name: fw.Name, Forward: throughChain(nodes), Origin: optionOrigin(fw, "enable")})
	}
}

func throughChain(nodes []ir.Node) *ir.Chain {
	whole := ir.Whole(len(nodes))
	return &ir.Chain{Dir: ir.Through, Nodes: nodes, Build: [2]ir.Build{whole, whole}}
}

// forwardList lowers the lines of a file that are about forwarded packets.
func (l *lowering) forwardList(fw *config.FW) []ir.Node {
	var nodes []ir.Node
	at := place{dir: ir.Through, live: ir.Both}
	for _, r := range fw.Rules {
		if fw.Env != facts.VNet && elsewhere(r) {
			continue
		}
		made := l.source(r, at)
		nodes = append(append(nodes, made.skipped...), made.nodes...)
	}
	return nodes
}

// elsewhere reports whether a line of the node or the datacenter has its place in
// other lists only: it is no rule at all, or calls a group without FORWARD rules.
func elsewhere(r *config.Rule) bool {
	return r.Type == config.OtherType || r.Type == config.GroupRule && (r.Group == nil || !forwards(r.Group))
}

// forwards reports whether a group has FORWARD rules.
func forwards(ref *config.Ref[config.Group]) bool {
	return slices.ContainsFunc(groupRules(ref), func(r *config.Rule) bool { return r.Type == config.ForwardRule })
}

// forwarded generates a live FORWARD or GROUP rule. Which of its two interfaces a
// forwarded packet should pass by, -i does not say.
func (l *lowering) forwarded(r *config.Rule, at place) generated {
	switch {
	case given(r.Iface):
		return generated{skipped: []ir.Node{skip(r, at, ir.AtTarget, "-i does not say whether a forwarded packet comes in or goes out by "+r.Iface)}}
	case r.Type == config.GroupRule:
		return l.forwardCall(r, at)
	}
	return l.rule(r, at)
}

// forwardCall jumps into the third body of a group, which is made on first use.
func (l *lowering) forwardCall(r *config.Rule, at place) generated {
	made := generated{origin: ruleOrigin(r, at).With(ir.ByGroup, r.Group.Name)}
	lost := func(stage ir.Stage, reason string) generated {
		made.skipped = append(made.skipped, skip(r, at, stage, reason))
		return made
	}
	switch {
	case r.Group.Target == nil && r.Group.Runtime == config.UnknownRuntime:
		return lost(ir.AtTarget, "nothing here says what group "+r.Group.Name+" is")
	case r.Group.Target == nil || len(r.Group.Name) > maxGroupName:
		return lost(ir.AtGenerate, "there is no security group "+r.Group.Name)
	case !forwards(r.Group):
		return lost(ir.AtDesign, "group "+r.Group.Name+" has no FORWARD rules")
	}
	state := l.groupOf(r.Group)
	if state.group.Forward == nil {
		state.group.Forward = l.forwardBody(r.Group)
		l.listGroup(state)
	}
	made.nodes = append(made.nodes, &ir.Call{Families: ir.Both, Group: state.group, Verdict: ir.Verdict{Kind: ir.Accept}, Origin: made.origin})
	return made
}

func (l *lowering) forwardBody(ref *config.Ref[config.Group]) *ir.Body {
	var nodes []ir.Node
	at := place{dir: ir.Through, group: ref.Name, live: ir.Both}
	for _, r := range groupRules(ref) {
		made := l.source(r, at)
		nodes = append(append(nodes, made.skipped...), made.nodes...)
	}
	return body(ref.Name, ir.Through, nodes)
}

// forwardClosing is a list's policy_forward. Unlike in the lists of endpoints no
// noise is dropped before it: the nftables daemon has no such filter here.
func forwardClosing(fw *config.FW, log *ir.Log) *ir.Rule {
	kind := verdictOf(options(fw).Text("policy_forward", "ACCEPT"))
	last := &ir.Rule{Families: ir.Both, Verdict: ir.Verdict{Kind: kind},
		Origin: optionOrigin(fw, "policy_forward").With(ir.ByPolicy, "policy_forward")}
	if kind != ir.Accept {
		last.Log = log
	}
	return last
}
