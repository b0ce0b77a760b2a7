package session

import (
	"slices"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// kind is which part of a config.Input a file belongs to.
type kind uint8

const (
	clusterFile kind = iota
	vnetFile
	hostFile
	guestFile
	orphanFile
)

// place is where a .fw file stands in a config.Input, and in the config.Config that
// is made of it.
type place struct {
	kind kind
	node int // of hostFile and guestFile
	at   int // index of the VNet, guest or orphan
	// same are further places of the file: a VM and a container of one number share
	// theirs, and nodes of a CONFIG without nodes/ share host.fw.
	same []place
}

// placesOf finds all files by name.
func placesOf(in *config.Input) map[string]place {
	places := map[string]place{}
	add := func(f *source.File, p place) {
		if f == nil {
			return
		}
		if first, twice := places[f.Name()]; twice {
			first.same = append(first.same, p)
			p = first
		}
		places[f.Name()] = p
	}
	add(in.Cluster, place{kind: clusterFile})
	for i, v := range in.VNets {
		add(v.FW, place{kind: vnetFile, at: i})
	}
	for i := range in.Nodes {
		add(in.Nodes[i].HostFW, place{kind: hostFile, node: i})
		for k, g := range in.Nodes[i].Guests {
			add(g.FW, place{kind: guestFile, node: i, at: k})
		}
	}
	for i, f := range in.Orphans {
		add(f, place{kind: orphanFile, at: i})
	}
	return places
}

// find is the file in a place.
func (p place) find(in *config.Input) *source.File {
	switch p.kind {
	case clusterFile:
		return in.Cluster
	case vnetFile:
		return in.VNets[p.at].FW
	case hostFile:
		return in.Nodes[p.node].HostFW
	case guestFile:
		return in.Nodes[p.node].Guests[p.at].FW
	}
	return in.Orphans[p.at]
}

// put sets the file in a place and shares everything else with what in was before.
func (p place) put(in *config.Input, f *source.File) {
	switch p.kind {
	case clusterFile:
		in.Cluster = f
	case vnetFile:
		in.VNets = slices.Clone(in.VNets)
		in.VNets[p.at].FW = f
	case hostFile:
		in.Nodes = slices.Clone(in.Nodes)
		in.Nodes[p.node].HostFW = f
	case guestFile:
		in.Nodes = slices.Clone(in.Nodes)
		n := &in.Nodes[p.node]
		n.Guests = slices.Clone(n.Guests)
		n.Guests[p.at].FW = f
	case orphanFile:
		in.Orphans = slices.Clone(in.Orphans)
		in.Orphans[p.at] = f
	}
	for _, other := range p.same {
		other.put(in, f)
	}
}

// resolved is what was made of the file in a place of cfg, which was made of an Input
// with the same places.
func (p place) resolved(cfg *config.Config) *config.FW {
	switch p.kind {
	case clusterFile:
		return cfg.Cluster
	case vnetFile:
		return cfg.VNets[p.at]
	case hostFile:
		return cfg.Nodes[p.node].Host
	case guestFile:
		return cfg.Nodes[p.node].Guests[p.at].FW
	}
	return cfg.Orphans[p.at]
}
