package cli

import (
	"net/netip"
	"strconv"

	"github.com/pvefw/pvefw/internal/verify"
	"github.com/pvefw/pvefw/ir/config"
)

// worldOf is what tests know of a configuration.
func worldOf(o *opened) *verify.World {
	w := &verify.World{Tags: map[int][]string{}, Aliases: map[string][]netip.Prefix{}}
	for i, n := range o.config.Nodes {
		node := &verify.Node{Name: n.Name, Policy: o.policies[i]}
		for _, text := range append([]string{n.Facts.Address}, n.Facts.Addresses...) {
			if a, err := netip.ParseAddr(text); err == nil {
				node.Addresses = append(node.Addresses, a)
			}
		}
		w.Nodes = append(w.Nodes, node)
		for _, g := range n.Guests {
			w.Tags[g.VMID] = g.Tags
			if g.FW != nil {
				addAliases(w, strconv.Itoa(g.VMID), g.FW)
			}
		}
	}
	if o.config.Cluster != nil {
		addAliases(w, "dc", o.config.Cluster)
	}
	return w
}

// addAliases adds the aliases of a file under its scope.
func addAliases(w *verify.World, scope string, fw *config.FW) {
	for name, a := range fw.Aliases {
		if addr, err := netip.ParseAddr(a.Text); err == nil {
			w.Aliases[scope+"/"+name] = []netip.Prefix{netip.PrefixFrom(addr, addr.BitLen())}
		} else if p, err := netip.ParsePrefix(a.Text); err == nil {
			w.Aliases[scope+"/"+name] = []netip.Prefix{p.Masked()}
		}
	}
}
