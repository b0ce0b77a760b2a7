package config

import (
	"slices"
	"strconv"

	"github.com/pvefw/pvefw/grammar/preview"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// This file is for editors: one file of a datacenter changes at a time, and all
// others are as they were.

// Reread is Resolve of in when everything in it is what old was made of, but for
// one .fw file. What was made of the other files is shared with old, and neither
// changes. The list holds the findings that stand in the file, but those that other
// files have a say in: which definitions of cluster.fw nobody uses. A new cluster.fw
// changes what names mean everywhere, so ok is false then, and where the file is
// none of in's.
func Reread(old *Config, in Input, changed *source.File) (cfg *Config, list diag.List, ok bool) {
	if changed == nil || changed == in.Cluster {
		return nil, nil, false
	}
	next := *old
	r := &resolver{
		in: in, cfg: &next, missing: map[string]bool{}, refused: old.refused,
		read: map[*source.File]*FW{}, previews: map[*FW]*preview.File{}, rooms: map[*FW]*rooms{},
	}
	if c := old.Cluster; c != nil {
		r.read[c.File.Source] = c
	}
	if !r.rereadShared(changed) && !r.rereadNodes(changed) {
		return nil, nil, false
	}
	if fw := r.read[changed]; fw.Env.IsGuest() && fw.Present {
		r.unusedIn(fw, uses{fw: fw, own: fw, cluster: &noFile}.find())
	}
	r.mends()
	return &next, r.list, true
}

// rereadShared looks for the file among those that belong to no node.
func (r *resolver) rereadShared(changed *source.File) bool {
	at := 0
	for _, v := range r.in.VNets {
		if v.FW == changed {
			r.cfg.VNets = slices.Clone(r.cfg.VNets)
			r.cfg.VNets[at] = r.file(changed, facts.VNet, v.Name)
			return true
		}
		if v.FW != nil {
			at++
		}
	}
	if i := slices.Index(r.in.Orphans, changed); i >= 0 {
		r.cfg.Orphans = slices.Clone(r.cfg.Orphans)
		r.cfg.Orphans[i] = r.file(changed, facts.VM, "")
		return true
	}
	return false
}

// rereadNodes puts the file wherever it belongs: a VM and a container of one number
// share theirs.
func (r *resolver) rereadNodes(changed *source.File) (found bool) {
	r.cfg.Nodes = slices.Clone(r.cfg.Nodes)
	for i := range r.in.Nodes {
		in := &r.in.Nodes[i]
		n := *r.cfg.Nodes[i]
		if in.HostFW == changed {
			n.Host = r.file(changed, facts.Host, "")
			r.cfg.Nodes[i], found = &n, true
		}
		for k := range in.Guests {
			if in.Guests[k].FW != changed {
				continue
			}
			g := *n.Guests[k]
			g.FW = r.file(changed, in.Guests[k].Env, strconv.Itoa(g.VMID))
			n.Guests = slices.Clone(n.Guests)
			n.Guests[k] = &g
			r.cfg.Nodes[i], found = &n, true
			r.ftpIn(&n, &g)
		}
	}
	return found
}
