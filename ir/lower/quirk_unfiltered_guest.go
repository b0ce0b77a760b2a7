package lower

import "github.com/pvefw/pvefw/ir"

// leaveUnfiltered ends a guest's generation in one family because one of its
// groups could not be made: the chain at hand stays half built and unhooked, and
// neither its other direction nor the guest's further NICs are made, so nothing
// of the guest is filtered in that family (reference/pve-firewall §9.5). NICs
// that were complete before stay filtered. Under Intended nothing dies of a
// group, so this is never reached.
func (l *lowering) leaveUnfiltered(g *guest, c *ir.Chain, f ir.Family, made *generated, alive *ir.Families) {
	c.Build[f] = ir.Build{Exists: true, Nodes: len(c.Nodes)}
	*alive &^= ir.Only(f)
	l.unfiltered(g, f, made.died[f], made.origin)
}
