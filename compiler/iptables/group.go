package iptables

import "github.com/pvefw/pvefw/ir"

// groups prints the two chains of each security group in use, as far as they
// were made (reference/pve-firewall §9.1).
func (p *pass) groups() {
	for _, g := range p.policy.Groups {
		p.groupBody(g, g.In)
		p.groupBody(g, g.Out)
	}
}

func (p *pass) groupBody(g *ir.Group, body *ir.Body) {
	if body == nil || !body.Build[p.family].Exists {
		return
	}
	w := &writer{pass: p, chain: p.filter.chain(groupChain(g, body.Dir)), scope: groupScope}
	w.chain.frame("-j MARK --set-mark " + markClear)
	w.nodes(built(body.Nodes, body.Build[p.family]), false)
}

func groupChain(g *ir.Group, d ir.Direction) string {
	return "GROUP-" + g.Name + "-" + d.String()
}

// call jumps to a group and then asks the mark whether the group accepted. Where
// leak is set the question ignores the interface, as the daemon's does
// (reference/pve-firewall §9.6).
func (w *writer) call(c *ir.Call, leak bool) {
	if !c.Families.Has(w.family) {
		return
	}
	where := join(option("-i", c.Match.In), option("-o", c.Match.Out))
	w.chain.frame(join(where, "-j "+groupChain(c.Group, w.dir)))
	if leak {
		where = ""
	}
	w.chain.frame(join(where, "-m mark --mark "+markSet, w.accepted(c.Verdict)))
}

// accepted is the target behind a group that accepted: a guest's packet keeps
// the mark and merely leaves the chain on its way out.
func (w *writer) accepted(v ir.Verdict) string {
	if w.scope == guestOutScope {
		return "-j RETURN"
	}
	return w.accept(v)
}

// leaks reports whether the list goes on with the rule that stands for a mark
// test without an interface.
func leaks(rest []ir.Node) bool {
	if len(rest) == 0 {
		return false
	}
	r, ok := rest[0].(*ir.Rule)
	return ok && r.Match.AcceptedBySender
}
