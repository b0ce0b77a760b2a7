package packet

import "github.com/pvefw/pvefw/ir"

// ListMatches gathers every match that deciding by nodes of a list of direction d
// needs in family f, through built-ins and groups: what NewUniverse asks for.
func ListMatches(f ir.Family, d ir.Direction, nodes []ir.Node) []*ir.Match {
	g := gathering{family: f, dir: d, groups: map[*ir.Group]bool{}}
	g.list(nodes)
	return g.matches
}

type gathering struct {
	family  ir.Family
	dir     ir.Direction
	groups  map[*ir.Group]bool
	matches []*ir.Match
}

func (g *gathering) list(nodes []ir.Node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *ir.Rule:
			if n.Families.Has(g.family) {
				g.matches = append(g.matches, &n.Match)
			}
		case *ir.Builtin:
			for _, r := range ir.Expand(n, g.family) {
				g.matches = append(g.matches, &r.Match)
			}
		case *ir.Call:
			g.call(n)
		}
	}
}

func (g *gathering) call(c *ir.Call) {
	if !c.Families.Has(g.family) || c.Group == nil {
		return
	}
	g.matches = append(g.matches, &c.Match)
	if !g.groups[c.Group] {
		g.groups[c.Group] = true
		g.list(made(c.Group.Body(g.dir), g.family))
	}
}
