package load

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
)

// AnyNode is what the node of a CONFIG without node names is called.
const AnyNode = "localnode"

// name is a node's name for people and for corosync.conf.
func (l *loader) name(n *nodePlan) string {
	s := l.out.Settings
	switch {
	case !n.noDir:
		return n.name
	case l.opt.Node != "":
		return l.opt.Node
	case s.Node.Name != "":
		return s.Node.Name
	case len(s.Nodes) == 1:
		return sortedKeys(s.Nodes)[0]
	case l.home != "":
		return l.home
	}
	return AnyNode
}

// choose returns the index of the node that is meant: --node, else the settings
// file's node.name, else a live node or that of a snapshot itself, else the only one. -1 means that
// nobody chose and nobody had to.
func (l *loader) choose(p *plan) (int, error) {
	if len(p.nodes) == 1 && p.nodes[0].noDir {
		return 0, nil
	}
	for _, by := range []struct{ who, name string }{
		{"--node", l.opt.Node}, {l.out.Settings.File + ": node.name", l.out.Settings.Node.Name},
	} {
		if by.name == "" {
			continue
		}
		i := slices.IndexFunc(p.nodes, func(n nodePlan) bool { return n.name == by.name })
		if i < 0 {
			return 0, usage("%s: there is no node %s in %s; it has %s", by.who, by.name, l.shown(), nodeList(p))
		}
		return i, nil
	}
	if i := slices.IndexFunc(p.nodes, func(n nodePlan) bool { return n.name == l.home }); l.home != "" && i >= 0 {
		return i, nil
	}
	if len(p.nodes) == 1 {
		return 0, nil
	}
	if l.opt.OneNode {
		return 0, usage("%s has several nodes (%s): choose one with --node", l.shown(), nodeList(p))
	}
	if l.opt.NodeAddress != "" || l.opt.LocalNetwork != "" {
		return 0, usage("%s has several nodes (%s): say with --node which one --node-address and --local-network are about",
			l.shown(), nodeList(p))
	}
	return -1, nil
}

func nodeList(p *plan) string {
	names := make([]string, len(p.nodes))
	for i := range p.nodes {
		names[i] = p.nodes[i].name
	}
	return strings.Join(names, ", ")
}

// shown names the CONFIG in a sentence.
func (l *loader) shown() string {
	switch l.out.Name {
	case "":
		return "the current directory"
	case "-":
		return "standard input"
	}
	return diag.Visible(l.out.Name)
}

func (l *loader) note(text string) { l.out.Notes = append(l.out.Notes, diag.Visible(text)) }
