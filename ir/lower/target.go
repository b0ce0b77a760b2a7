package lower

import (
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// This file shows what concerns forwarded packets beside FORWARD rules, and what
// the iptables daemon makes nothing of either (reference/pve-firewall §6.4, §9.1).

// nftablesOnly is why the iptables target leaves it out.
const nftablesOnly = "it has an effect only under the nftables daemon"

// forwardSettings lists options that say something else than their default, groups
// of VNets, and FORWARD rules in groups of the node and the datacenter.
func (l *lowering) forwardSettings() []ir.Node {
	var nodes []ir.Node
	for _, fw := range append([]*config.FW{l.node.Host, l.cfg.Cluster}, l.cfg.VNets...) {
		if fw == nil || fw.Env == facts.VNet && !fw.Options.Bool("enable", false) {
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
