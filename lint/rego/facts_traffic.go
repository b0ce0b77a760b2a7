package rego

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/config"
)

// flow is traffic that the cluster lives on, seen from one node.
type flow struct {
	what   string // "corosync link 1 (UDP 5406)"
	doors  *doors
	peer   string // who is at the other end
	asked  analysis.Probe
	result analysis.Reached // of asked: nothing gets through
	out    bool             // on its way out
	at     source.Span      // where another file asks for it; zero for none
}

// trafficPart lists the flows that are cut off: of corosync, migration, storage
// and the software-defined network, as far as files say that they are there.
func (w *world) trafficPart(ids idTable) any {
	out := []any{}
	for _, f := range w.flows() {
		direction := "in"
		if f.out {
			direction = "out"
		}
		out = append(out, object{"what": f.what, "node": f.doors.node.Name, "peer": f.peer, "direction": direction,
			"asked": ids.add(f.at), "witness": f.asked.Witness(f.result.Witness), "by": w.stopped(f.result, ids)})
	}
	return out
}

// mostFlows bounds how many broken flows are told.
const mostFlows = 4096

func (w *world) flows() []flow {
	var out []flow
	list := w.doors()
	for i, d := range list[:min(len(list), mostPeers)] {
		for _, other := range list[i+1 : min(len(list), mostPeers)] {
			out = append(out, corosyncFlows(d, other)...)
			out = append(out, w.migrationFlows(d, other)...)
			out = append(out, w.migrationFlows(other, d)...)
		}
		out = append(out, w.storageFlows(d)...)
		out = append(out, w.sdnFlows(d)...)
		if len(out) > mostFlows {
			return out[:mostFlows]
		}
	}
	return out
}

// corosyncFlows are the links between two nodes. Both sides send from and to the
// same port, so a link works where the first packet of either gets through, and
// also where both may send: each then takes the other's packets for replies.
func corosyncFlows(a, b *doors) []flow {
	mine, theirs := links(a.node), links(b.node)
	var out []flow
	for link := range mostLinks {
		from, to := mine[link], theirs[link]
		if !from.IsValid() || !to.IsValid() || from.Is4() != to.Is4() {
			continue
		}
		port := uint16(5405 + link)
		there := analysis.Probe{Proto: "udp", First: port, Last: port, SPort: port, Source: analysis.Single(from), Dest: analysis.Single(to)}
		back := there
		back.Source, back.Dest = there.Dest, there.Source
		aOut, bOut := a.out.Shut(there), b.out.Shut(back)
		if !aOut && !bOut || !aOut && !b.in.Shut(there) || !bOut && !a.in.Shut(back) {
			continue
		}
		f := flow{what: fmt.Sprintf("corosync link %d (UDP %d)", link, port), doors: b, peer: "node " + a.node.Name, asked: there, result: b.in.Ask(there)}
		if f.result.Extent != analysis.NoneThrough {
			f.doors, f.peer, f.out, f.result = a, "node "+b.node.Name, true, a.out.Ask(there)
		}
		out = append(out, f)
	}
	return out
}

const mostLinks = 8

// links are a member's addresses by link number.
func links(n *config.Node) (out [mostLinks]netip.Addr) {
	if n.Corosync == nil {
		return out
	}
	for i := range n.Corosync.Nodes {
		if m := &n.Corosync.Nodes[i]; m.Name == n.Name {
			for link, text := range m.Links {
				if a, err := netip.ParseAddr(text); err == nil && link < mostLinks && a.Zone() == "" {
					out[link] = a
				}
			}
		}
	}
	return out
}

// migrationFlows are those of guests that move from one node to another over the
// network that datacenter.cfg names: SSH, and without it ports of their own.
func (w *world) migrationFlows(from, to *doors) []flow {
	m := w.cfg.Migration
	if m == nil {
		return nil
	}
	source, dest := from.node.AddressesIn(m.Network), to.node.AddressesIn(m.Network)
	if len(source) == 0 || len(dest) == 0 {
		return nil
	}
	steps := []flow{{what: "migration over SSH (TCP 22)"}}
	probes := []analysis.Probe{{First: 22, Last: 22}}
	if m.Insecure {
		steps, probes = append(steps, flow{what: "migration (TCP 60000:60050)"}), append(probes, analysis.Probe{First: 60000, Last: 60050})
	}
	var out []flow
	for i, f := range steps {
		p := probes[i]
		p.Proto, p.Source, p.Dest, f.at = "tcp", analysis.Single(source[0]), analysis.Single(dest[0]), m.Span
		out = append(out, passage(f, p, from, to)...)
	}
	return out
}

// passage is the flow if one of two nodes stops it.
func passage(f flow, p analysis.Probe, from, to *doors) []flow {
	f.asked = p
	f.doors, f.peer, f.result = to, "node "+from.node.Name, to.in.Ask(p)
	if f.result.Extent == analysis.NoneThrough {
		return []flow{f}
	}
	f.doors, f.peer, f.out, f.result = from, "node "+to.node.Name, true, from.out.Ask(p)
	if f.result.Extent == analysis.NoneThrough {
		return []flow{f}
	}
	return nil
}

// sdnFlows are those between VXLAN or BGP peers. VXLAN's source ports vary, so
// each side must let the other in; of a BGP session either side may begin. A node
// whose own addresses nobody gave cannot be told from its peers.
func (w *world) sdnFlows(d *doors) []flow {
	var out []flow
	own := d.node.Addresses()
	for _, peer := range w.cfg.SDNPeers {
		if len(own) == 0 || slices.Contains(own, peer.Address) {
			continue
		}
		in := analysis.Probe{Proto: peer.Proto, First: peer.Port, Last: peer.Port, Source: analysis.Single(peer.Address)}
		f := flow{what: fmt.Sprintf("%s (%s %d)", peer.Owner, strings.ToUpper(peer.Proto), peer.Port), doors: d, peer: peer.Address.String(), asked: in, result: d.in.Ask(in)}
		inward := f.result.Extent == analysis.NoneThrough
		away := analysis.Probe{Proto: peer.Proto, First: peer.Port, Last: peer.Port, Dest: analysis.Single(peer.Address)}
		outward := d.out.Shut(away)
		switch {
		case inward && (outward || peer.Proto == "udp"):
		case outward && peer.Proto == "udp":
			f.out, f.asked, f.result = true, away, d.out.Ask(away)
		default:
			continue
		}
		out = append(out, f)
	}
	return out
}
