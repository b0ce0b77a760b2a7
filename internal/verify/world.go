package verify

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/packet"
)

// World is what tests are about: all nodes of a datacenter under one semantics.
type World struct {
	Nodes   []*Node
	Tags    map[int][]string          // of guests, by VMID
	Aliases map[string][]netip.Prefix // by scope and name in lower case: dc/lan, 101/lan

	// Base answers for the earlier state that a no-new-access test names; an empty
	// name is the caller's own choice. The reason says why there is none.
	Base func(name string) (earlier *World, reason string)

	nics   map[string]place  // by the endpoint's name
	sets   map[string]setRef // by scope and name
	differ map[string]bool   // of a change: aliases, and with + sets, that it makes something else
}

// Node is one node.
type Node struct {
	Name      string
	Policy    *ir.Policy
	Addresses []netip.Addr // its own; empty where nobody knows them

	eval *packet.Evaluator
}

// place is a guest's NIC and the node that it is on.
type place struct {
	node *Node
	nic  *ir.Endpoint
}

type setRef struct {
	set  *ir.Set
	text string
}

// index makes what names are looked up in.
func (w *World) index() {
	if w.nics != nil {
		return
	}
	w.nics, w.sets = map[string]place{}, map[string]setRef{}
	for _, n := range w.Nodes {
		n.eval = packet.NewEvaluator(n.Policy)
		for _, nic := range n.Policy.NICs {
			w.nics[nic.Name] = place{n, nic}
		}
		for _, s := range n.Policy.Sets {
			key := scopeOf(s) + "/" + s.Name
			first, known := w.sets[key]
			if !known {
				w.sets[key] = setRef{s, "+" + key}
			} else if w.differ != nil && !analysis.SameSet(first.set, s) {
				w.differ["+"+key] = true
			}
		}
	}
}

func scopeOf(s *ir.Set) string {
	switch {
	case s.SDN:
		return "sdn"
	case s.Owner > 0:
		return strconv.Itoa(s.Owner)
	}
	return "dc"
}

// node finds a node by name.
func (w *World) node(name string) *Node {
	for _, n := range w.Nodes {
		if n.Name == name {
			return n
		}
	}
	return nil
}

// nicNames lists the NICs' names, and those of guests, in order.
func (w *World) nicNames() []string {
	var list []string
	for name := range w.nics {
		guest, number, _ := strings.Cut(name, "/net")
		list = append(list, name)
		if number == "0" {
			list = append(list, guest)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// guestNICs lists the NICs that a guest test selects, in the order of the nodes.
func (w *World) guestNICs(take func(*ir.Endpoint) bool) []place {
	var list []place
	for _, n := range w.Nodes {
		for _, nic := range n.Policy.NICs {
			if take(nic) {
				list = append(list, place{n, nic})
			}
		}
	}
	return list
}

func (w *World) tagNames() []string {
	var list []string
	for _, tags := range w.Tags {
		list = append(list, tags...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
