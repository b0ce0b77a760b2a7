package lower

import (
	"net/netip"
	"sort"
	"strconv"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// corosync lets the cluster's members talk: for every other node, by name, and
// every link that both have in one family (reference/pve-firewall §6.9).
func (l *lowering) corosync(dir ir.Direction) []ir.Node {
	conf := l.node.Corosync
	if conf == nil {
		return nil
	}
	b := &ir.Builtin{Kind: ir.Corosync, Dir: dir, Families: ir.Both, AnyCast: conf.Transport == "udp",
		Origin: ir.Origin{}.With(ir.ByBuiltin, ir.Corosync.String())}
	var local *config.CorosyncNode
	var others []*config.CorosyncNode
	for i := range conf.Nodes {
		if n := &conf.Nodes[i]; n.Name == l.node.Name {
			local = n
		} else {
			others = append(others, n)
		}
	}
	sort.SliceStable(others, func(i, j int) bool { return others[i].Name < others[j].Name })
	if local == nil {
		l.miss("the corosync links of node " + l.nodeName())
	}
	for _, remote := range others {
		b.Peers = append(b.Peers, l.peers(local, remote)...)
	}
	if len(b.Peers) == 0 && !b.AnyCast {
		return nil
	}
	return []ir.Node{b}
}

// peers pairs the addresses of the links that both nodes have.
func (l *lowering) peers(local, remote *config.CorosyncNode) []ir.CorosyncPeer {
	if local == nil {
		return nil
	}
	var out []ir.CorosyncPeer
	for _, link := range sortedLinks(remote) {
		to := remote.Links[link]
		from, shared := local.Links[link]
		if !shared {
			continue
		}
		a, err1 := netip.ParseAddr(from)
		b, err2 := netip.ParseAddr(to)
		if err1 != nil || err2 != nil {
			l.miss("the addresses of corosync links that are given by name")
			continue
		}
		if a.Is4() != b.Is4() || a.Zone() != "" || b.Zone() != "" {
			continue
		}
		family := ir.V4
		if a.Is6() {
			family = ir.V6
		}
		out = append(out, ir.CorosyncPeer{Family: family, Local: from, Remote: to, Node: remote.Name})
	}
	return out
}

// sortedLinks orders links by the text of their key, ringN_addr.
func sortedLinks(n *config.CorosyncNode) []int {
	links := make([]int, 0, len(n.Links))
	for link := range n.Links {
		links = append(links, link)
	}
	sort.Slice(links, func(i, j int) bool {
		return strconv.Itoa(links[i])+"_addr" < strconv.Itoa(links[j])+"_addr"
	})
	return links
}
