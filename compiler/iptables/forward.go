package iptables

import "github.com/pvefw/pvefw/ir"

// leftOut reports the lists of forwarded packets, line by line: iptables has no
// chains for them (reference/pve-firewall §6.4).
func (p *pass) leftOut() {
	if c := p.policy.Forwarding; c != nil {
		p.leftOutList(c.Nodes)
	}
	for _, n := range p.policy.VNets {
		p.leftOutList(n.Forward.Nodes)
	}
	for _, g := range p.policy.Groups {
		if g.Forward != nil {
			p.leftOutList(g.Forward.Nodes)
		}
	}
}

// leftOutList reports the lines of one list; letting everything through at its end
// is what iptables does too. A group is reported by its own lines, and where it is
// called.
func (p *pass) leftOutList(nodes []ir.Node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *ir.Rule:
			if !closesOpen(n) {
				p.cannot(n.Origin, forwardWord(n.Origin)+notHere)
			}
		case *ir.Call:
			p.cannot(n.Origin, forwardWord(n.Origin)+notHere)
		case *ir.Skipped:
			if n.Stage == ir.AtTarget {
				p.cannot(n.Origin, forwardWord(n.Origin)+notHere)
			}
		}
	}
}

func closesOpen(r *ir.Rule) bool {
	steps := r.Origin.Steps
	return r.Verdict.Kind == ir.Accept && r.Match.IsAny() && len(steps) > 0 && steps[len(steps)-1].Kind == ir.ByPolicy
}

// notHere is why a line about forwarded packets is left out.
const notHere = ": pve-firewall makes nothing of it either"
