package rego

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/config"
)

// What nodes exchange with the servers of storage.cfg.

// storagePorts are where the servers of a kind listen; one of them suffices.
var storagePorts = map[string][]uint16{
	"nfs": {2049}, "cifs": {445}, "pbs": {8007}, "esxi": {443}, "glusterfs": {24007}, "iscsi": {3260}, "iscsidirect": {3260},
	"zfs": {3260}, "rbd": {3300, 6789}, "cephfs": {3300, 6789},
}

// storageFlows are those of a node to the servers of storage.cfg, and to it from
// the others where it is a Ceph monitor itself.
func (w *world) storageFlows(d *doors) []flow {
	var out []flow
	for i := range w.cfg.Storages {
		s := &w.cfg.Storages[i]
		if s.Nodes != nil && !slices.Contains(s.Nodes, d.node.Name) {
			continue
		}
		for _, server := range s.Servers {
			ports := storagePorts[s.Type]
			if server.Port != 0 {
				ports = []uint16{server.Port}
			}
			if slices.Contains(d.node.Addresses(), server.Address) {
				out = append(out, w.monitorFlows(d, s, server.Address, ports)...)
			} else {
				out = append(out, clientFlow(d, s, server.Address, ports)...)
			}
		}
	}
	return out
}

// clientFlow is a node's way to a server, if all its ports are closed.
func clientFlow(d *doors, s *config.Storage, to netip.Addr, ports []uint16) []flow {
	f := flow{what: fmt.Sprintf("storage %s (%s, TCP %d)", s.ID, s.Type, ports[0]), doors: d, peer: to.String(), out: true, at: s.Span}
	for _, port := range ports {
		f.asked = analysis.Probe{Proto: "tcp", First: port, Last: port, Dest: analysis.Single(to)}
		f.result = d.out.Ask(f.asked)
		if f.result.Extent != analysis.NoneThrough {
			return nil
		}
	}
	return []flow{f}
}

// monitorFlows are the ways of other nodes to the Ceph daemons of one: to a
// monitor, and to the object stores beside it.
func (w *world) monitorFlows(d *doors, s *config.Storage, own netip.Addr, ports []uint16) []flow {
	var out []flow
	for _, other := range w.doors() {
		from := sameFamily(other.node.Addresses(), own)
		if other == d || len(from) == 0 {
			continue
		}
		asked := make([]analysis.Probe, 0, len(ports))
		for _, port := range ports {
			asked = append(asked, analysis.Probe{Proto: "tcp", First: port, Last: port})
		}
		for what, probes := range map[string][]analysis.Probe{
			"the Ceph monitor": asked, "the Ceph object storage (TCP 6800:7300)": {{Proto: "tcp", First: 6800, Last: 7300}},
		} {
			f := flow{what: what + " of " + s.ID, doors: d, peer: "node " + other.node.Name, at: s.Span}
			if f.noneOf(probes, from, own) {
				out = append(out, f)
			}
		}
	}
	slices.SortFunc(out, func(a, b flow) int { return strings.Compare(a.peer+a.what, b.peer+b.what) })
	return out
}

// noneOf reports whether no probe gets into the node from any of the addresses;
// the flow keeps the last one.
func (f *flow) noneOf(probes []analysis.Probe, from []netip.Addr, to netip.Addr) bool {
	for _, a := range from {
		for _, p := range probes {
			p.Source, p.Dest = analysis.Single(a), analysis.Single(to)
			f.asked, f.result = p, f.doors.in.Ask(p)
			if f.result.Extent != analysis.NoneThrough {
				return false
			}
		}
	}
	return true
}

func sameFamily(list []netip.Addr, as netip.Addr) []netip.Addr {
	return slices.DeleteFunc(list, func(a netip.Addr) bool { return a.Is4() != as.Is4() })
}
