package cli

import (
	"slices"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
)

// compared is what a diff has to tell.
type compared struct {
	nodes  []*analysis.Comparison
	pairs  [][2]*ir.Policy // of nodes
	tally  analysis.Tally
	class  analysis.Class
	broken []analysis.Broken
	files  []fileDiff
}

// compare compares the nodes by name; where each side has just one it is the same,
// whatever it is called.
func (r *diffRun) compare() *compared {
	defer r.progress("comparing")()
	old, new := r.sides[0].policies, r.sides[1].policies
	c := analysis.NewComparer(analysis.Budget{})
	c.Assumed = r.sides[0].config.GuestsWithoutConfs || r.sides[1].config.GuestsWithoutConfs
	d := &compared{}
	if len(old) == 1 && len(new) == 1 {
		d.nodes = []*analysis.Comparison{c.Policies(old[0], new[0])}
	} else {
		d.nodes = c.Datacenter(old, new)
	}
	for _, n := range d.nodes {
		n.Tally(&d.tally)
		d.pairs = append(d.pairs, [2]*ir.Policy{policyOf(old, n.Node, len(d.nodes)), policyOf(new, n.Node, len(d.nodes))})
	}
	d.class = d.tally.Class()
	if d.unknown() > 0 || d.loads() > 0 {
		d.class = analysis.Incomparable
	}
	return d
}

func policyOf(list []*ir.Policy, node string, nodes int) *ir.Policy {
	for _, p := range list {
		if p.Node == node || nodes == 1 && len(list) == 1 {
			return p
		}
	}
	return nil
}

// unfiltered reports whether the firewall is off on all nodes of both sides.
func (d *compared) unfiltered() bool {
	return !slices.ContainsFunc(d.pairs, func(pair [2]*ir.Policy) bool {
		return slices.ContainsFunc(pair[:], func(p *ir.Policy) bool { return p != nil && !p.Off })
	})
}

func (d *compared) unknown() (n int) {
	for _, c := range d.nodes {
		n += c.Unknown
	}
	return n
}

func (d *compared) loads() (n int) {
	for _, c := range d.nodes {
		n += len(c.Loads)
	}
	return n
}

func (d *compared) lists() (n int) {
	for _, c := range d.nodes {
		n += c.Compared
	}
	return n
}
