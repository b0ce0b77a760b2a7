package load

import (
	"fmt"
	"path"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// loadDirectory reads what survey finds.
func (l *loader) loadDirectory() error {
	p, err := l.survey()
	if err != nil {
		return err
	}
	if p.empty() {
		return broken("there is no firewall configuration in %s: no cluster.fw, host.fw or <vmid>.fw, neither there nor in firewall/ or nodes/", l.shown())
	}
	in := &l.out.Input
	in.NoGuestConfs = p.noConfs()
	if err := l.addListed(p); err != nil {
		return err
	}
	at, err := l.choose(p)
	if err != nil {
		return err
	}
	if err := l.readShared(p); err != nil {
		return err
	}
	if in.NoGuestConfs && len(p.guestFW) > 0 {
		in.Missing = append(in.Missing, "guest configs (no <vmid>.conf in "+l.shown()+"): kinds and NICs of guests are unknown")
		p.placeUnknown(max(at, 0))
	}
	return l.readNodes(p, at)
}

func (p *plan) empty() bool {
	hosts := false
	for _, n := range p.nodes {
		hosts = hosts || n.host != "" || len(n.guests) > 0 && !n.noDir
	}
	return p.cluster == "" && len(p.guestFW) == 0 && len(p.vnets) == 0 && len(p.strays) == 0 && !hosts
}

func (p *plan) noConfs() bool {
	for _, n := range p.nodes {
		if len(n.guests) > 0 {
			return false
		}
	}
	return true
}

// placeUnknown gives every guest file that belongs nowhere to node at.
func (p *plan) placeUnknown(at int) {
	listed := p.placed()
	guests := map[int]guestPlan{}
	for _, g := range p.nodes[at].guests {
		guests[g.vmid] = g
	}
	for vmid := range p.guestFW {
		if !listed[vmid] {
			guests[vmid] = guestPlan{vmid: vmid, env: facts.VM}
		}
	}
	p.nodes[at].guests = byVMID(guests)
}

// placed tells which guests belong to some node.
func (p *plan) placed() map[int]bool {
	listed := map[int]bool{}
	for _, n := range p.nodes {
		for _, g := range n.guests {
			listed[g.vmid] = true
		}
	}
	return listed
}

// readShared reads what belongs to the datacenter.
func (l *loader) readShared(p *plan) (err error) {
	in := &l.out.Input
	if p.cluster != "" {
		if in.Cluster, err = l.source(p.cluster); err != nil {
			return err
		}
	}
	in.Datacenter = in.Cluster != nil || l.whole
	if err := l.readBeside(); err != nil {
		return err
	}
	for _, inner := range p.vnets {
		f, err := l.source(inner)
		if err != nil {
			return err
		}
		in.VNets = append(in.VNets, config.VNetInput{Name: strings.TrimSuffix(path.Base(inner), ".fw"), FW: f})
	}
	for _, inner := range p.strays {
		f, err := l.source(inner)
		if err != nil {
			return err
		}
		l.out.Findings = append(l.out.Findings, neverRead(f, inner))
	}
	return nil
}

// readBeside reads the files beside the firewall's own that say which traffic the
// cluster lives on. Both layouts have them at the top.
func (l *loader) readBeside() (err error) {
	in := &l.out.Input
	for inner, to := range map[string]**source.File{
		"datacenter.cfg": &in.DatacenterCfg, "storage.cfg": &in.StorageCfg, "sdn/.running-config": &in.SDN,
	} {
		if *to, err = l.optional(inner); err != nil {
			return err
		}
	}
	return l.readIPAM()
}

// readIPAM reads which addresses are given to guests. Older versions of Proxmox have
// the file where only root may look; elsewhere nothing is known about them then.
func (l *loader) readIPAM() (err error) {
	in := &l.out.Input
	if in.IPAM, err = l.optional(ipamFile); err != nil || in.IPAM != nil {
		return err
	}
	in.IPAM, _ = l.optional(oldIPAMFile)
	return nil
}

const (
	ipamFile    = "sdn/pve-ipam-state.json"
	oldIPAMFile = "priv/ipam.db"
)

// readNodes reads all nodes, or only the one at index at when that is wanted;
// then the guest files that no node of the CONFIG claims.
func (l *loader) readNodes(p *plan, at int) error {
	var corosync *source.File
	var err error
	if p.corosync != "" {
		if corosync, err = l.source(p.corosync); err != nil {
			return err
		}
	}
	guests := &guestReader{l: l, p: p, fw: map[int]*source.File{}}
	for i := range p.nodes {
		if i != at && (l.opt.OneNode || l.opt.Node != "") {
			continue
		}
		n, err := l.readNode(&p.nodes[i], i == at, guests)
		if err != nil {
			return err
		}
		n.Corosync = corosync
		l.out.Input.Nodes = append(l.out.Input.Nodes, n)
	}
	if l.out.Input.NoGuestConfs {
		return nil
	}
	return guests.orphans()
}

func (l *loader) readNode(n *nodePlan, meant bool, guests *guestReader) (config.NodeInput, error) {
	out := config.NodeInput{Facts: l.facts(l.name(n), meant)}
	out.Facts.NoDir = n.noDir
	if n.host != "" {
		var err error
		if out.HostFW, err = l.source(n.host); err != nil {
			return out, err
		}
	}
	for _, g := range n.guests {
		in, err := guests.read(n, g)
		if err != nil {
			return out, err
		}
		out.Guests = append(out.Guests, in)
	}
	return out, nil
}

// guestReader reads guests' files, each .fw once.
type guestReader struct {
	l  *loader
	p  *plan
	fw map[int]*source.File
}

func (r *guestReader) read(n *nodePlan, g guestPlan) (in config.GuestInput, err error) {
	in = config.GuestInput{VMID: g.vmid, Env: g.env, Unknown: g.conf == ""}
	if in.FW, err = r.firewall(g.vmid); err != nil {
		return in, err
	}
	if g.conf == "" {
		if !r.l.out.Input.NoGuestConfs && in.FW != nil {
			r.l.out.Input.Missing = append(r.l.out.Input.Missing,
				fmt.Sprintf("config of guest %d (%s%s)", g.vmid, r.l.prefix, n.confPath(g)))
		}
		return in, nil
	}
	if in.Conf, err = r.l.source(g.conf); err != nil {
		return in, err
	}
	if g.judge {
		in.Env = confKind(in.Conf.Bytes())
	}
	return in, nil
}

func (r *guestReader) firewall(vmid int) (*source.File, error) {
	inner, ok := r.p.guestFW[vmid]
	if !ok {
		return nil, nil
	}
	if f := r.fw[vmid]; f != nil {
		return f, nil
	}
	f, err := r.l.source(inner)
	r.fw[vmid] = f
	return f, err
}

// orphans reads the guest files that belong to no guest of any node.
func (r *guestReader) orphans() error {
	placed := r.p.placed()
	for _, key := range sortedNumbers(r.p.guestFW) {
		if placed[key] {
			continue
		}
		f, err := r.firewall(key)
		if err != nil {
			return err
		}
		r.l.out.Input.Orphans = append(r.l.out.Input.Orphans, f)
	}
	return nil
}
