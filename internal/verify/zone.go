package verify

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
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
	slices.Sort(names)
	return slices.Compact(names)
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
	if guest, all := strings.CutSuffix(word.Text, allNICs); all {
		list := w.nicsOf(guest)
		if len(list) == 0 {
			c.unknown(word.part(0, len(guest)), "the guest", w.nicNames())
		}
		return nicEnds(list)
	}
	if guest, nic, ok := packet.ReadGuest(word.Text); ok {
		if nic == "" {
			nic = "0"
		}
		if p, known := w.nics[guest+"/net"+nic]; known {
			return nicEnds([]place{p})
		}
	}
	if bridge, ok := packet.ReadPlug(word.Text); ok {
		return []end{{name: word.Text, zone: word.Text, bridge: bridge}}
	}
	c.unknown(word, "the zone", append([]string{"outside", "host", "guests"}, w.nicNames()...))
	return nil
}

// allNICs stands behind a guest that is meant with all its NICs.
const allNICs = "/*"

func (w *World) nicsOf(guest string) []place {
	return w.guestNICs(func(nic *ir.Endpoint) bool { return strings.HasPrefix(nic.Name, guest+"/net") })
}
