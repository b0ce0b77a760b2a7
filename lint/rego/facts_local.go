package rego

import (
	"net/netip"
	"strings"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/config"
)

// The local network, which every node lets in, and what cluster.fw makes of it.

// localNetwork is what the daemon takes for a node's local network, and where
// cluster.fw says so.
func (w *world) localNetwork(n *config.Node) (netip.Prefix, source.Span) {
	text, at := n.Facts.LocalNetwork, source.Span{}
	if c := w.cfg.Cluster; c != nil && c.Aliases["local_network"] != nil {
		text, at = c.Aliases["local_network"].Text, c.Aliases["local_network"].Span
	}
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.Masked(), at
	}
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		return analysis.Single(a), at
	}
	return netip.Prefix{}, at
}

// override describes an alias local_network of cluster.fw that says something
// else than the nodes: which nodes it leaves out that no management entry covers.
func (w *world) override(ids idTable) object {
	c := w.cfg.Cluster
	if c == nil || c.Aliases["local_network"] == nil {
		return object{"id": "", "text": "", "host": false, "outside": []any{}, "peers": 0}
	}
	alias := c.Aliases["local_network"]
	network, _ := w.localNetwork(&config.Node{})
	outside, peers := []any{}, 0
	for _, n := range w.cfg.Nodes[:min(len(w.cfg.Nodes), mostPeers)] {
		for _, a := range n.Addresses() {
			if a.String() != n.Facts.Address {
				continue // only the address that the other nodes use
			}
			peers++
			if !network.Contains(a) && !w.managed(a) && len(outside) < mostListings {
				outside = append(outside, strings.TrimSpace(n.Name+" "+a.String()))
			}
		}
	}
	return object{"id": ids.add(alias.Span), "text": alias.Text, "host": network.IsSingleIP(), "outside": outside, "peers": peers}
}

// managed reports whether an entry of the set management covers an address.
func (w *world) managed(a netip.Addr) bool {
	s := w.cfg.Cluster.Sets["management"]
	if s == nil {
		return false
	}
	for _, e := range s.Entries {
		if p, ok := networkOf(e); ok && p.Contains(a) {
			return true
		}
	}
	return false
}
