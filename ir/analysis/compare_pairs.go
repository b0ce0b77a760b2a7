package analysis

import (
	"cmp"
	"slices"

	"github.com/pvefw/pvefw/ir"
)

// This file pairs what two policies, or all those of two datacenters, have of
// VNets and NICs.

// vnets compares the VNets by name.
func (r *comparing) vnets() {
	var byName [2]map[string]*station
	var names []string
	for i, s := range r.sides {
		byName[i] = map[string]*station{}
		for _, v := range s.policy.VNets {
			names = append(names, v.Name)
			byName[i][v.Name] = &station{side: s, chain: v.Forward, origin: v.Origin}
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		r.through("vnet "+name, name, byName[0][name].or(r.sides[0]), byName[1][name].or(r.sides[1]))
	}
}

// or is the station, or on a node that is there one where nothing filters: a VNet
// is known by its file only, and without it its frames pass.
func (t *station) or(s *side) *station {
	if t == nil && s.there {
		return &station{side: s}
	}
	return t
}

// Datacenter compares the nodes of two datacenters by name, in the order of the
// names. A guest that has moved to another node is compared there.
func (c *Comparer) Datacenter(before, after []*ir.Policy) []*Comparison {
	old, new := byNode(before), byNode(after)
	var names []string
	for _, p := range slices.Concat(before, after) {
		names = append(names, p.Node)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	runs := make([]*comparing, len(names))
	guests := map[string]*[2]*station{}
	for i, name := range names {
		runs[i] = c.begin(old[name], new[name], guests)
	}
	out := make([]*Comparison, len(runs))
	for i, r := range runs {
		r.run()
		out[i] = &r.out
	}
	return out
}

func byNode(list []*ir.Policy) map[string]*ir.Policy {
	m := map[string]*ir.Policy{}
	for _, p := range list {
		m[p.Node] = p
	}
	return m
}

// index notes the NICs of both sides by name.
func (r *comparing) index() {
	for i, s := range r.sides {
		for _, e := range s.policy.NICs {
			pair := r.guests[e.Name]
			if pair == nil {
				pair = &[2]*station{}
				r.guests[e.Name] = pair
			}
			pair[i] = &station{side: s, endpoint: e, origin: e.Origin}
		}
	}
}

// nics compares the NICs by name, in the order of the guests: those that the node
// has, and those that it had and no node has any more.
func (r *comparing) nics() {
	all := slices.Clone(r.sides[1].policy.NICs)
	for _, e := range r.sides[0].policy.NICs {
		if r.guests[e.Name][1] == nil {
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(a, b *ir.Endpoint) int {
		return cmp.Or(cmp.Compare(a.VMID, b.VMID), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Net, b.Net))
	})
	for _, e := range all {
		pair := r.guests[e.Name]
		r.endpoint(e.Name, e.Bridge, pair[0], pair[1])
	}
}
