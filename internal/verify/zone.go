package verify

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// end is where packets of a test start or end.
type end struct {
	name   string       // as results call it
	zone   string       // as packet.Evaluator.Route knows it
	node   *Node        // nil for what is beside the nodes
	nic    *ir.Endpoint // nil for the node itself and for stations
	bridge string       // of a NIC or station; empty for a node
}

// wireBridge is the bridge that outside hangs on.
const wireBridge = "vmbr0"

// ends looks all zones of a list up; several of one test are several pairs.
func (w *World) ends(c *complaints, words []Word, fallback string) []end {
	if len(words) == 0 {
		words = []Word{{Text: fallback}}
	}
	var list []end
	for _, word := range splitAll(words) {
		for _, e := range w.end(c, word) {
			if !slices.ContainsFunc(list, func(known end) bool { return known.name == e.name }) {
				list = append(list, e)
			}
		}
	}
	return list
}

// end looks one word up.
func (w *World) end(c *complaints, word Word) []end {
	kind, rest, cut := strings.Cut(word.Text, ":")
	switch {
	case word.Text == "outside" || word.Text == "nfvm":
		return []end{{name: word.Text, zone: word.Text, bridge: wireBridge}}
	case word.Text == "host":
		return w.hosts(w.Nodes)
	case cut && kind == "host":
		if n := w.node(rest); n != nil {
			return w.hosts([]*Node{n})
		}
		c.unknown(word.part(len("host:"), len(word.Text)), "the node", w.nodeNames())
		return nil
	case word.Text == "guests", cut && kind == "tag":
		return w.several(c, word, rest)
	}
	return w.guestOrPort(c, word)
}

func (w *World) hosts(nodes []*Node) []end {
	list := make([]end, len(nodes))
	for i, n := range nodes {
		list[i] = end{name: "host:" + n.Name, zone: "host", node: n}
	}
	return list
}

func (w *World) nodeNames() []string {
	names := make([]string, len(w.Nodes))
	for i, n := range w.Nodes {
		names[i] = n.Name
	}
	return names
}

// several are all guests, or those with a tag.
func (w *World) several(c *complaints, word Word, tag string) []end {
	list := w.guestNICs(func(nic *ir.Endpoint) bool {
		return word.Text == "guests" || slices.Contains(w.Tags[nic.VMID], tag)
	})
	if len(list) > 0 {
		return nicEnds(list)
	}
	if word.Text == "guests" {
		c.at(word, "there are no guests")
		return nil
	}
	c.unknown(word.part(len("tag:"), len(word.Text)), "the tag", w.tagNames())
	return nil
}

func nicEnds(list []place) []end {
	ends := make([]end, len(list))
	for i, p := range list {
		ends[i] = end{name: p.nic.Name, zone: p.nic.Name, node: p.node, nic: p.nic, bridge: p.nic.Bridge}
		if ends[i].bridge == "" {
			ends[i].bridge = wireBridge
		}
	}
	return ends
}

// guestOrPort is vm100, vm100i1, vm100/net1, vm100/*, or BRIDGE/PORT.
func (w *World) guestOrPort(c *complaints, word Word) []end {
	text := word.Text
	if guest, all := strings.CutSuffix(text, "/*"); all {
		list := w.guestNICs(func(nic *ir.Endpoint) bool { return strings.HasPrefix(nic.Name, guest+"/net") })
		if len(list) == 0 {
			c.unknown(word.part(0, len(guest)), "the guest", w.nicNames())
		}
		return nicEnds(list)
	}
	for _, name := range []string{text, text + "/net0", strings.Replace(text, "i", "/net", 1)} {
		if p, ok := w.nics[name]; ok {
			return nicEnds([]place{p})
		}
	}
	bridge, port, cut := strings.Cut(text, "/")
	if cut && isDevice(bridge) && isDevice(port) && !guestLike(bridge) {
		return []end{{name: text, zone: text, bridge: bridge}}
	}
	c.unknown(word, "the zone", append([]string{"outside", "host", "guests"}, w.nicNames()...))
	return nil
}

// guestLike reports whether a name is that of a guest: vm or ct and a number.
func guestLike(name string) bool {
	if len(name) < 3 || name[:2] != "vm" && name[:2] != "ct" {
		return false
	}
	return strings.Trim(name[2:], "0123456789i") == ""
}

func isDevice(s string) bool {
	return s != "" && len(s) <= 15 && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == '/' }) < 0
}
