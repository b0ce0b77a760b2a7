package space

import (
	"fmt"
	"slices"

	"github.com/pvefw/pvefw/compiler/nft"
)

// stop is a hook on a way, with what the packet itself does not tell there.
type stop struct {
	family nft.Family
	point  nft.HookPoint

	// Of a bridge: the ports by which the packet comes in and leaves, and their
	// bridges; empty where there is none yet or no longer. The node's own interfaces
	// are part of the packet.
	in, out, inBridge, outBridge string

	own bool // of a bridge: the node itself sends or routes the packet
}

// way is the stops of a packet, in their order. Packets that do not get past the first
// lead of them are not asked about.
type way struct {
	stops []stop
	lead  int
}

// stranger is a port or bridge that no rule names.
const stranger = "*"

// direct is the stops from port to port of a bridge.
func direct(in, out, bridge string) []stop {
	return []stop{
		{family: nft.Bridge, point: nft.Prerouting, in: in, inBridge: bridge},
		{family: nft.Bridge, point: nft.Forward, in: in, out: out, inBridge: bridge, outBridge: bridge},
		{family: nft.Bridge, point: nft.Postrouting, out: out, outBridge: bridge},
	}
}

// shown is a bridged packet as br_netfilter shows it to the hooks of routed ones:
// between the bridge's own forward and postrouting.
func shown(stops []stop) []stop {
	return slices.Insert(slices.Clone(stops), 2, stop{family: nft.Inet, point: nft.Forward})
}

// inetWay is hooks of what the node itself gets, sends or routes.
func inetWay(points ...nft.HookPoint) way {
	var w way
	for _, p := range points {
		w.stops = append(w.stops, stop{family: nft.Inet, point: p})
	}
	return w
}

// wires is a firewalled NIC with a firewall bridge of its own between its tap and the
// bridge: the names of that, and of the two ends of the cable.
type wires struct{ tap, bridge, inner, outer string }

func wiresOf(tap string, vmid, net int) wires {
	own := fmt.Sprintf("%di%d", vmid, net)
	return wires{tap, "fwbr" + own, "fwln" + own, "fwpr" + own}
}

func (w *wires) in() []stop {
	return slices.Concat(shown(direct(stranger, w.outer, stranger)), shown(direct(w.inner, w.tap, w.bridge)))
}

func (w *wires) out() []stop {
	return slices.Concat(shown(direct(w.tap, w.inner, w.bridge)), shown(direct(w.outer, stranger, stranger)))
}

// entering is the way from a port to the node itself, as far as bridges go.
func entering(port string) way { return way{stops: direct(port, stranger, stranger)[:1]} }

// sent is the way of what the node itself sends or routes to a port.
func sent(from way, port string) way {
	from.lead = len(from.stops)
	from.stops = append(from.stops, stop{family: nft.Bridge, point: nft.Postrouting, out: port, outBridge: stranger, own: true})
	return from
}
