package load

import (
	"net/netip"
	"regexp"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir/config"
	"go.yaml.in/yaml/v3"
)

// nodeName is what a node may be called: a host name without its domain.
var nodeName = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?$`)

// read fills f from a mapping; named says that it may hold a name.
func (f *NodeFacts) read(d *document, n *yaml.Node, what string, named bool) {
	known := fields{
		"address": func(n *yaml.Node) { f.Address = d.address(n, what+".address") },
		"addresses": func(n *yaml.Node) {
			d.list(n, what+".addresses", func(_ Word, item *yaml.Node) {
				f.Addresses = append(f.Addresses, d.address(item, "an item of "+what+".addresses"))
			})
		},
		"local_network": func(n *yaml.Node) { f.LocalNetwork = d.network(n, what+".local_network") },
		"altnames":      func(n *yaml.Node) { f.readAltNames(d, n, what+".altnames") },
	}
	if named {
		known["name"] = func(n *yaml.Node) { f.readName(d, n) }
	}
	d.mapping(n, what, known)
}

func (f *NodeFacts) readName(d *document, n *yaml.Node) {
	w, ok := d.word(n, "node.name")
	if ok && !nodeName.MatchString(w.Text) {
		d.wrong(n, "\"%s\" is not a node name", diag.Visible(w.Text))
	}
	f.Name = w.Text
}

func (f *NodeFacts) readAltNames(d *document, n *yaml.Node, what string) {
	f.AltNames = map[string]string{}
	d.pairs(n, what, func(key Word, _, value *yaml.Node) {
		w, _ := d.word(value, what+"."+diag.Visible(key.Text))
		f.AltNames[key.Text] = w.Text
	})
}

func (d *document) address(n *yaml.Node, what string) string {
	w, ok := d.word(n, what)
	if ok && !isAddress(w.Text) {
		d.wrong(n, "%s must be an IP address, not \"%s\"", what, diag.Visible(w.Text))
	}
	return w.Text
}

func (d *document) network(n *yaml.Node, what string) string {
	w, ok := d.word(n, what)
	if _, err := parseNetwork(w.Text); ok && err != nil {
		d.wrong(n, "%s must be a network such as 192.0.2.0/24, not \"%s\"", what, diag.Visible(w.Text))
	}
	return w.Text
}

func isAddress(text string) bool {
	a, err := netip.ParseAddr(text)
	return err == nil && a.Zone() == ""
}

// parseNetwork reads an address or a network; host bits are cut.
func parseNetwork(text string) (netip.Prefix, error) {
	if strings.Contains(text, "/") {
		p, err := netip.ParsePrefix(text)
		return p.Masked(), err
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	return a.WithZone("").Prefix(a.BitLen())
}

// checkFacts judges the flags that name facts.
func (l *loader) checkFacts() error {
	o := &l.opt
	if o.Node != "" && !nodeName.MatchString(o.Node) {
		return usage("--node: \"%s\" is not a node name", diag.Visible(o.Node))
	}
	if o.NodeAddress != "" && !isAddress(o.NodeAddress) {
		return usage("--node-address must be an IP address, not \"%s\"", diag.Visible(o.NodeAddress))
	}
	if o.LocalNetwork != "" {
		if _, err := parseNetwork(o.LocalNetwork); err != nil {
			return usage("--local-network must be a network such as 192.0.2.0/24, not \"%s\"", diag.Visible(o.LocalNetwork))
		}
	}
	return nil
}

// facts gathers what is known about a node: flags before the settings file
// before what a live node or a snapshot knows. meant says that the flags and the
// file's `node:` are about this one.
func (l *loader) facts(name string, meant bool) config.Host {
	h := config.Host{Name: name, Now: l.opt.Now}
	if meant {
		merge(&h, NodeFacts{Address: l.opt.NodeAddress, LocalNetwork: l.opt.LocalNetwork})
	}
	short := l.out.Settings.Node
	if meant && (short.Name == "" || short.Name == name) || short.Name != "" && short.Name == name {
		merge(&h, short)
	}
	merge(&h, l.out.Settings.Nodes[name])
	if l.witness != nil {
		merge(&h, l.witness.facts(name))
	}
	return h
}

// merge fills the unknown fields of h from f.
func merge(h *config.Host, f NodeFacts) {
	if h.Address == "" {
		h.Address = f.Address
	}
	if len(h.Addresses) == 0 {
		h.Addresses = f.Addresses
	}
	if h.LocalNetwork == "" {
		h.LocalNetwork = f.LocalNetwork
	}
	if h.AltNames == nil {
		h.AltNames = f.AltNames
	}
}
