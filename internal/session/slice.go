package session

import (
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// A slice of a CONFIG is what one of its files is read by: the datacenter's files,
// its node's, the file itself, and no other guest. It is as small as a CONFIG of one
// guest, however many there are, so that it can be made at every keystroke.

// near is a resolved slice.
type near struct {
	in    config.Input
	place place // of the file in the slice
	cfg   *config.Config
	found diag.List // what reading says about the file itself
}

// slice cuts the slice of a file out of a CONFIG.
func (p place) slice(in *config.Input) (config.Input, place) {
	cut := *in
	cut.VNets, cut.Orphans, cut.Nodes = nil, nil, nil
	switch p.kind {
	case vnetFile:
		cut.VNets = []config.VNetInput{in.VNets[p.at]}
		return cut, place{kind: vnetFile}
	case orphanFile:
		cut.Orphans = []*source.File{in.Orphans[p.at]}
		return cut, place{kind: orphanFile}
	case guestFile:
		n := in.Nodes[p.node]
		n.Guests = []config.GuestInput{n.Guests[p.at]}
		cut.Nodes = []config.NodeInput{n}
		return cut, place{kind: guestFile}
	case hostFile:
		n := in.Nodes[p.node]
		n.Guests = nil
		cut.Nodes = []config.NodeInput{n}
		return cut, place{kind: hostFile}
	}
	for _, n := range in.Nodes {
		n.Guests = nil
		cut.Nodes = append(cut.Nodes, n)
	}
	return cut, place{}
}

// resolve makes a slice, out of the last one of the same file where nothing but the
// file has changed.
func (p place) resolve(in *config.Input, last *near) *near {
	n := &near{}
	n.in, n.place = p.slice(in)
	f := n.place.find(&n.in)
	if last != nil && last.place.find(&last.in) == f && sameBut(&last.in, &n.in, n.place) {
		return last
	}
	var list diag.List
	again := false
	if last != nil && sameBut(&last.in, &n.in, n.place) {
		n.cfg, list, again = config.Reread(last.cfg, n.in, f)
	}
	if !again {
		n.cfg, list = config.Resolve(n.in)
	}
	for _, d := range list {
		if d.Span.File == f && !(n.place.kind == clusterFile && isCross(d.Rule)) {
			n.found = append(n.found, d)
		}
	}
	return n
}

// sameBut tells whether two slices of a file have the same files but for the one in
// its place.
func sameBut(a, b *config.Input, p place) bool {
	if a.Cluster != b.Cluster && p.kind != clusterFile || a.SDN != b.SDN || len(a.Nodes) != len(b.Nodes) {
		return false
	}
	for i := range a.Nodes {
		if a.Nodes[i].HostFW != b.Nodes[i].HostFW && p.kind != hostFile {
			return false
		}
	}
	return true
}

// isCross tells the rules of reading that other files decide about.
func isCross(r *diag.Rule) bool { return r.Code == "definition-unused" }
