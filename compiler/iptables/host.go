package iptables

import "github.com/pvefw/pvefw/ir"

// host prints the node's own chains. With the host firewall off both entry
// chains stay, empty (reference/pve-firewall §6.8).
func (p *pass) host() {
	p.filter.chain("PVEFW-INPUT")
	p.filter.chain("PVEFW-OUTPUT")
	if p.policy.Host == nil {
		return
	}
	p.hostChain(p.policy.Host.In, "PVEFW-HOST-IN", "PVEFW-INPUT")
	p.hostChain(p.policy.Host.Out, "PVEFW-HOST-OUT", "PVEFW-OUTPUT")
}

func (p *pass) hostChain(c *ir.Chain, name, entry string) {
	if c == nil || !c.Build[p.family].Exists {
		return
	}
	w := &writer{pass: p, chain: p.filter.chain(name), scope: hostScope, dir: c.Dir}
	w.endpoint(c)
	if c.Build[p.family].Hooked {
		p.filter.chain(entry).frame("-j " + name)
	}
}

// endpoint prints what was made of an endpoint's chain; the closing policy is in
// it only when all of it was.
func (w *writer) endpoint(c *ir.Chain) {
	nodes := built(c.Nodes, c.Build[w.family])
	w.nodes(nodes, len(nodes) == len(c.Nodes))
}

// built is the part of a list that was made.
func built(nodes []ir.Node, b ir.Build) []ir.Node {
	return nodes[:min(b.Nodes, len(nodes))]
}
