package config

import (
	"slices"

	"github.com/pvefw/pvefw/internal/source"
)

// Exchange returns a copy of in that has other .fw files in the place of some of
// its own. A file that stands in several places is exchanged in all of them.
func (in Input) Exchange(by map[*source.File]*source.File) Input {
	in.VNets, in.Nodes, in.Orphans = slices.Clone(in.VNets), slices.Clone(in.Nodes), slices.Clone(in.Orphans)
	for i := range in.Nodes {
		in.Nodes[i].Guests = slices.Clone(in.Nodes[i].Guests)
	}
	in.places(func(f **source.File) {
		if other := by[*f]; other != nil {
			*f = other
		}
	})
	return in
}

// Files lists the .fw files of in, each once, in the order they are read in.
func (in Input) Files() []*source.File {
	var files []*source.File
	seen := map[*source.File]bool{}
	in.places(func(f **source.File) {
		if *f != nil && !seen[*f] {
			seen[*f] = true
			files = append(files, *f)
		}
	})
	return files
}

// places shows visit every place of in that may hold a .fw file.
func (in *Input) places(visit func(**source.File)) {
	visit(&in.Cluster)
	for i := range in.VNets {
		visit(&in.VNets[i].FW)
	}
	for i := range in.Nodes {
		n := &in.Nodes[i]
		visit(&n.HostFW)
		for j := range n.Guests {
			visit(&n.Guests[j].FW)
		}
	}
	for i := range in.Orphans {
		visit(&in.Orphans[i])
	}
}
