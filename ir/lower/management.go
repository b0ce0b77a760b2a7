package lower

import (
	"net/netip"
	"strings"

	"github.com/pvefw/pvefw/ir"
)

const (
	management   = "management"
	localNetwork = "local_network"
)

// network is the cluster's local network; empty text when nobody knows it.
type network struct {
	text   string
	prefix netip.Prefix // invalid when the text is one the kernel would refuse
	v6     bool
	origin ir.Origin
}

// localNet is the alias local_network of cluster.fw, else what the node has
// (reference/pve-firewall §8.1). The daemon would fall back to 127.0.0.0/8 when
// it finds no route; we do not guess.
func (l *lowering) localNet() network {
	n := network{text: l.node.Facts.LocalNetwork, origin: ir.Origin{}.With(ir.ByBuiltin, localNetwork)}
	if cluster := l.cfg.Cluster; cluster != nil && cluster.Aliases[localNetwork] != nil {
		alias := cluster.Aliases[localNetwork]
		n.text = alias.Text
		n.origin = ir.Origin{Span: alias.Span}.With(ir.ByBuiltin, localNetwork)
	}
	n.v6 = strings.Contains(n.text, ":")
	p, fault := readNet(n.text, n.v6)
	if fault == "" {
		n.prefix = p
	} else if n.origin.Span.IsZero() {
		n.text = ""
	}
	return n
}

// managementEntries is what the daemon appends to the set management.
func (l *lowering) managementEntries() []ir.SetEntry {
	n := l.localNet()
	if n.text == "" {
		if l.unknownCluster() {
			return nil
		}
		l.miss("the local network of node " + l.nodeName())
		return nil
	}
	return []ir.SetEntry{{Text: printedEntry(n.text), Origin: n.origin}}
}

func (l *lowering) nodeName() string {
	if l.node.Name != "" {
		return l.node.Name
	}
	return first(l.node.Facts.Name, "?")
}

// management lets the management set in, and the node out to its local network
// (reference/pve-firewall §6.8).
func (l *lowering) management(dir ir.Direction) []ir.Node {
	if dir == ir.In {
		set := l.sets[setKey{0, management}]
		return []ir.Node{&ir.Builtin{Kind: ir.Management, Dir: dir, Families: ir.Both, Set: set,
			Origin: set.Origin.With(ir.ByBuiltin, management)}}
	}
	n := l.localNet()
	if n.text == "" {
		return nil
	}
	fams := ir.OnlyV4
	if n.v6 {
		fams = ir.OnlyV6
	}
	m := matched{}
	net := literal(&m, n.text, fams)
	origin := n.origin.With(ir.ByBuiltin, management)
	if m.refused != "" && !l.refuse(fams, m.refused, origin, origin.Span) {
		return []ir.Node{&ir.Skipped{Stage: ir.AtGenerate, Families: fams, Reason: m.refused, Origin: origin}}
	}
	return []ir.Node{&ir.Builtin{Kind: ir.Management, Dir: dir, Families: fams, Net: net, Origin: origin}}
}
