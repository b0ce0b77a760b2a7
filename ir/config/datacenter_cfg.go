package config

import (
	"net/netip"
	"strings"

	"github.com/pvefw/pvefw/internal/source"
)

// Migration is what datacenter.cfg says about moving guests between nodes.
type Migration struct {
	Network  netip.Prefix // masked
	Insecure bool         // memory goes over ports of its own, not through SSH
	Span     source.Span  // the line
}

// parseMigration reads the line `migration: [type=]secure|insecure,network=CIDR`
// of datacenter.cfg; the last one counts. It returns nil where no network is
// named: guests then move over the network of the nodes' own addresses.
func parseMigration(f *source.File) *Migration {
	var m *Migration
	for n := 1; n <= f.LineCount(); n++ {
		value, ok := strings.CutPrefix(f.Line(n).Text(), "migration:")
		if !ok {
			continue
		}
		m = &Migration{Span: f.Line(n)}
		for item := range strings.SplitSeq(strings.TrimSpace(value), ",") {
			m.set(item)
		}
	}
	if m == nil || !m.Network.IsValid() {
		return nil
	}
	return m
}

func (m *Migration) set(item string) {
	switch key, value, ok := strings.Cut(item, "="); {
	case !ok, key == "type":
		m.Insecure = strings.HasSuffix(item, "insecure")
	case key == "network":
		if p, err := netip.ParsePrefix(strings.TrimSpace(value)); err == nil {
			m.Network = p.Masked()
		}
	}
}

// datacenterFiles reads the files beside the firewall's own that say which
// traffic the cluster lives on.
func (r *resolver) datacenterFiles() {
	if r.in.DatacenterCfg != nil {
		r.cfg.Migration = parseMigration(r.in.DatacenterCfg)
	}
	if r.in.StorageCfg != nil {
		r.cfg.Storages = parseStorages(r.in.StorageCfg)
	}
	if r.in.SDN != nil {
		peers, ok := parseSDN(r.in.SDN)
		if !ok {
			r.missing["the peers of the software-defined network ("+r.in.SDN.Name()+" is not its JSON)"] = true
		}
		r.cfg.SDNPeers = peers
	}
	r.cfg.AdminNetworks = r.in.AdminNetworks
	r.missMigration()
}

// missMigration names the nodes whose address in the migration network nobody
// gave. A single node migrates nowhere.
func (r *resolver) missMigration() {
	m := r.cfg.Migration
	if m == nil || len(r.cfg.Nodes) < 2 {
		return
	}
	for _, n := range r.cfg.Nodes {
		if len(n.AddressesIn(m.Network)) == 0 {
			r.missing["the address of node "+n.Name+" in the migration network "+m.Network.String()] = true
		}
	}
}

// Addresses are those of the node that are known: the given ones and its corosync
// links, each once, in that order.
func (n *Node) Addresses() []netip.Addr {
	texts := append([]string{n.Facts.Address}, n.Facts.Addresses...)
	if n.Corosync != nil {
		texts = append(texts, n.Corosync.links(n.Name)...)
	}
	return addresses(texts)
}

// AddressesIn are the node's addresses within a network.
func (n *Node) AddressesIn(network netip.Prefix) []netip.Addr {
	var out []netip.Addr
	for _, a := range n.Addresses() {
		if network.Contains(a) {
			out = append(out, a)
		}
	}
	return out
}

func addresses(texts []string) []netip.Addr {
	var out []netip.Addr
	seen := map[netip.Addr]bool{}
	for _, text := range texts {
		if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" && !seen[a] {
			seen[a] = true
			out = append(out, a)
		}
	}
	return out
}

// links lists the ring addresses of a member by link number.
func (c *Corosync) links(name string) []string {
	var out []string
	for i := range c.Nodes {
		if c.Nodes[i].Name != name {
			continue
		}
		for link := range mostLinks {
			if text, ok := c.Nodes[i].Links[link]; ok {
				out = append(out, text)
			}
		}
	}
	return out
}

// mostLinks is how many links corosync knows.
const mostLinks = 8
