package config

import (
	"slices"
	"strconv"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/grammar/preview"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// Resolve reads all files of in as pve-firewall reads them and looks every name
// up. It always returns the whole datacenter; the list holds the findings of the
// lexer and of the reader, file by file (cluster.fw, VNets, then node by node
// host.fw and guests, orphans), in the order of places within a file.
func Resolve(in Input) (*Config, diag.List) {
	r := &resolver{
		in:      in,
		cfg:     &Config{GuestsWithoutConfs: in.NoGuestConfs},
		missing: map[string]bool{},
		read:    map[*source.File]*FW{}, previews: map[*FW]*preview.File{}, rooms: map[*FW]*rooms{},
	}
	for _, m := range in.Missing {
		r.missing[m] = true
	}
	r.readSDN()
	if in.Cluster != nil {
		r.cfg.Cluster = r.file(in.Cluster, facts.Cluster, "")
		r.rateLimit(r.cfg.Cluster)
	}
	for _, v := range in.VNets {
		if v.FW != nil {
			r.cfg.VNets = append(r.cfg.VNets, r.file(v.FW, facts.VNet, v.Name))
		}
	}
	for i := range in.Nodes {
		r.cfg.Nodes = append(r.cfg.Nodes, r.node(&in.Nodes[i]))
	}
	for _, f := range in.Orphans {
		r.cfg.Orphans = append(r.cfg.Orphans, r.file(f, facts.VM, ""))
	}
	r.datacenterFiles()
	r.unused()
	r.ftp()
	r.mends()
	for m := range r.missing {
		r.cfg.Missing = append(r.cfg.Missing, m)
	}
	slices.Sort(r.cfg.Missing)
	r.cfg.refused = r.refused
	return r.cfg, r.list
}

type resolver struct {
	in      Input
	cfg     *Config
	list    diag.List
	missing map[string]bool
	read    map[*source.File]*FW   // a file that several nodes share is judged once
	guesses int                    // how many times nearest was asked
	refused map[string]source.Span // lines of cluster.fw that define aliases, or should
	offers  int                    // how many findings were offered a definition
	rooms   map[*FW]*rooms         // where those would go

	previews map[*FW]*preview.File // as proxmox-firewall reads them, where a finding asked
}

// unknownDatacenter tells that names of cluster.fw can be neither found nor
// refused, because the CONFIG has no such file and is not meant to.
func (r *resolver) unknownDatacenter() bool { return !r.in.Datacenter && r.in.Cluster == nil }

func (r *resolver) node(in *NodeInput) *Node {
	n := &Node{Name: in.Facts.Name, Facts: in.Facts}
	if in.HostFW != nil {
		n.Host = r.file(in.HostFW, facts.Host, "")
	}
	if in.Corosync != nil {
		n.Corosync = parseCorosync(in.Corosync)
	}
	for i := range in.Guests {
		n.Guests = append(n.Guests, r.guest(&in.Guests[i]))
	}
	return n
}

func (r *resolver) guest(in *GuestInput) *Guest {
	g := &Guest{VMID: in.VMID, Env: in.Env, Unknown: in.Unknown, Conf: in.Conf}
	if in.Conf != nil {
		r.list = append(r.list, g.readConf(in.Conf)...)
	}
	if in.FW != nil {
		g.FW = r.file(in.FW, in.Env, strconv.Itoa(in.VMID))
	}
	return g
}

// file reads one .fw file. An empty file and the single character 0 count as no
// file at all (reference/pve-firewall §1.2), so nothing is said about them.
func (r *resolver) file(src *source.File, env facts.Env, name string) *FW {
	if fw := r.read[src]; fw != nil {
		return fw
	}
	tree, list := grammar.Parse(src, env)
	fw := &FW{Env: env, Name: name, File: tree}
	r.read[src] = fw
	if text := src.Bytes(); len(text) == 0 || string(text) == "0" {
		return fw
	}
	fw.Present = true
	f := newReader(r, fw)
	f.list = list
	f.lines()
	f.bind()
	f.related()
	f.remarks()
	if f.untold(); env == facts.Cluster {
		r.refused = f.later().aliases
	}
	f.preview()
	f.list.Sort()
	r.list = append(r.list, f.list...)
	return fw
}
