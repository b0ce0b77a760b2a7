package rego

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir/config"
)

// What is known about the network devices of a guest, and the addresses that its
// IP filter would let it use.

// ipfilterPrefix starts the names of the sets that work by their name
// (reference/pve-firewall §7.5).
const ipfilterPrefix = "ipfilter-net"

func (f *fileFacts) ipfilterSets() any {
	n := 0
	for name := range f.fw.Sets {
		if f.fw.Env.IsGuest() && strings.HasPrefix(name, ipfilterPrefix) {
			n++
		}
	}
	return n
}

func (f *fileFacts) nicsKnown() any {
	return f.guest != nil && !f.guest.Unknown && !f.cfg.GuestsWithoutConfs
}

// openNICs are {"at", "name"} of the devices that no firewall filters. Without a
// bridge there is nothing that it could filter at.
func (f *fileFacts) openNICs() any {
	list := []any{}
	if f.nicsKnown() == false {
		return list
	}
	for _, nic := range f.guest.NICs {
		if !nic.Firewall && nic.Bridge != "" {
			name := "net" + strconv.Itoa(nic.Index)
			f.places[name] = nic.Span
			list = append(list, object{"at": name, "name": name})
		}
	}
	return list
}

func (f *fileFacts) nics() any {
	list := []any{}
	if f.nicsKnown() == false {
		return list
	}
	for _, nic := range f.guest.NICs {
		name := "net" + strconv.Itoa(nic.Index)
		f.places[name] = nic.Span
		list = append(list, object{"at": name, "name": name, "firewall": nic.Firewall,
			"shared": f.sharesBridge(nic), "set": f.sendsFrom(nic)})
	}
	return list
}

// sendsFrom: a container's static address is in its set without being declared;
// dhcp, auto and manual add nothing (reference/pve-firewall §7.5).
func (f *fileFacts) sendsFrom(nic *config.NIC) string {
	set := f.fw.Sets[ipfilterPrefix+strconv.Itoa(nic.Index)]
	static := f.guest.Env == facts.CT && strings.ContainsAny(nic.IP+nic.IP6, ".:")
	switch {
	case static, set != nil && slices.ContainsFunc(set.Entries, func(e config.SetEntry) bool { return isLive(e) && !e.NoMatch }):
		return "filled"
	case set != nil:
		return "empty"
	}
	return "missing"
}

// bridge is where the frames of one guest reach others.
type bridge struct {
	name string
	tag  int
}

// sharesBridge reports whether another guest of the node has a NIC on the same
// bridge and VLAN.
func (f *fileFacts) sharesBridge(nic *config.NIC) bool {
	if nic.Bridge == "" || f.node == nil {
		return false
	}
	x := f.extra()
	x.Lock()
	defer x.Unlock()
	if x.bridges[f.node] == nil {
		x.bridges[f.node] = bridgesOf(f.node)
	}
	return x.bridges[f.node][bridge{nic.Bridge, nic.Tag}] > 1
}

// bridgesOf counts the guests of a node by bridge.
func bridgesOf(node *config.Node) map[bridge]int {
	count := map[bridge]int{}
	for _, g := range node.Guests {
		seen := map[bridge]bool{}
		for _, nic := range g.NICs {
			if b := (bridge{nic.Bridge, nic.Tag}); !seen[b] {
				seen[b] = true
				count[b]++
			}
		}
	}
	return count
}
