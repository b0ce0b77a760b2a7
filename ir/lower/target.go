package lower

import (
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// This file shows, in the forward frame, the lines about forwarded packets that
// take no effect. Under Reference those are all of them: the iptables daemon makes
// nothing of FORWARD rules, policy_forward and VNet files (reference/pve-firewall
// §6.4, §9.1). Under Intended forward.go makes lists of them, and only what is
// switched off stays here.

// nftablesOnly is why the iptables target leaves it out.
const nftablesOnly = "it has an effect only under the nftables daemon"

func (l *lowering) leftOut() []ir.Node {
	if !l.reference() {
		return l.forwardOff()
	}
	return append(l.forwardRules(), l.forwardSettings()...)
}

// forwardFiles are the files that may say something about forwarded packets, in
// the order in which the nftables daemon asks them.
func (l *lowering) forwardFiles() []*config.FW {
	var files []*config.FW
	for _, fw := range append([]*config.FW{l.node.Host, l.cfg.Cluster}, l.cfg.VNets...) {
		if fw != nil {
			files = append(files, fw)
		}
	}
	return files
}

func (l *lowering) forwardRules() []ir.Node {
	var nodes []ir.Node
	for _, fw := range l.forwardFiles() {
		for _, r := range fw.Rules {
			if r.Type == config.ForwardRule {
				nodes = append(nodes, forwardRule(fw, r))
			}
		}
	}
	return nodes
}

func forwardRule(fw *config.FW, r *config.Rule) *ir.Skipped {
	if s := idle(r, place{}); s != nil {
		return s
	}
	if vnetOff(fw) {
		return skip(r, place{}, ir.AtDesign, "the firewall of VNet "+fw.Name+" is off")
	}
	return skip(r, place{}, ir.AtTarget, "FORWARD rules exist only under the nftables daemon")
}

func vnetOff(fw *config.FW) bool {
	return fw.Env == facts.VNet && !fw.Options.Bool("enable", false)
}

// forwardOff shows the FORWARD rules of files that make no list at all.
func (l *lowering) forwardOff() []ir.Node {
	var nodes []ir.Node
	for _, fw := range l.forwardFiles() {
		reason := l.noForwarding(fw)
		if reason == "" {
			continue
		}
		for _, r := range fw.Rules {
			if r.Type != config.ForwardRule {
				continue
			}
			s := idle(r, place{})
			if s == nil {
				s = skip(r, place{}, ir.AtDesign, reason)
			}
			nodes = append(nodes, s)
		}
	}
	return nodes
}

// longestDevice is how long the name of a bridge may be.
const longestDevice = 15

// noForwarding is why Intended makes no list of a file, empty where it does.
func (l *lowering) noForwarding(fw *config.FW) string {
	switch {
	case vnetOff(fw):
		return "the firewall of VNet " + fw.Name + " is off"
	case fw.Env == facts.VNet && (fw.Name == "" || len(fw.Name) > longestDevice):
		return "no bridge has a name like that of this VNet's file"
	case fw.Env != facts.VNet && !options(l.node.Host).Bool("enable", true):
		return "the firewall of the node is off"
	}
	return ""
}

// forwardSettings lists options that say something else than their default, groups
// of VNets, and FORWARD rules in groups of the node and the datacenter.
func (l *lowering) forwardSettings() []ir.Node {
	var nodes []ir.Node
	for _, fw := range l.forwardFiles() {
		if vnetOff(fw) {
			continue
		}
		for _, o := range []struct{ name, def string }{{"policy_forward", "ACCEPT"}, {"log_level_forward", "nolog"}} {
			if options(fw).Text(o.name, o.def) != o.def {
				nodes = append(nodes, &ir.Skipped{Stage: ir.AtTarget, Families: ir.Both, Reason: nftablesOnly, Origin: optionOrigin(fw, o.name)})
			}
		}
		nodes = append(nodes, forwardGroups(fw)...)
	}
	return nodes
}

// forwardGroups lists what the live GROUP rules of a file mean for forwarded
// packets. A VNet's line has no other meaning; elsewhere only the FORWARD rules of
// the group are lost.
func forwardGroups(fw *config.FW) []ir.Node {
	var nodes []ir.Node
	for _, r := range fw.Rules {
		if r.Type != config.GroupRule || idle(r, place{}) != nil {
			continue
		}
		if fw.Env == facts.VNet {
			s := skip(r, place{}, ir.AtTarget, nftablesOnly)
			s.Origin = s.Origin.With(ir.ByGroup, r.Group.Name)
			nodes = append(nodes, s)
			continue
		}
		for _, inner := range groupRules(r.Group) {
			if inner.Type == config.ForwardRule && idle(inner, place{}) == nil {
				nodes = append(nodes, skip(inner, place{group: r.Group.Name}, ir.AtTarget, nftablesOnly))
			}
		}
	}
	return nodes
}
