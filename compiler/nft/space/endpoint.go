package space

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
)

// endpoint is something whose packets two programs are asked about, in a direction. On
// each of its ways packets come to the lists that decide about them.
type endpoint struct {
	name     string
	dir      ir.Direction
	ways     []way
	presence analysis.Presence
}

// endpoints are the node, what is bridged, and every port that either program names.
func (c *comparing) endpoints() []endpoint {
	list := []endpoint{
		{name: "host", dir: ir.In, ways: []way{inetWay(nft.Prerouting, nft.Input)}},
		{name: "host", dir: ir.Out, ways: []way{inetWay(nft.Output, nft.Postrouting)}},
		{name: "forward", dir: ir.Through, ways: []way{inetWay(nft.Prerouting, nft.Forward, nft.Postrouting)}},
		{name: "bridged", dir: ir.Through, ways: []way{{stops: direct(stranger, stranger, stranger)}}},
	}
	for _, p := range c.ports() {
		if p.bridge {
			list = append(list, endpoint{"vnet " + p.name, ir.Through, []way{{stops: direct(stranger, stranger, p.name)}}, p.presence})
			continue
		}
		list = append(list, endpoint{p.endpoint(), ir.In, p.in(), p.presence}, endpoint{p.endpoint(), ir.Out, p.out(), p.presence})
	}
	return list
}

// port is a port, or a bridge, that programs name.
type port struct {
	name     string
	bridge   bool
	presence analysis.Presence

	container bool
	vmid, net int // of a guest's; vmid is 0 for others
}

// nic finds the guest's card in the name of its port, or of the inner end of its cable.
var nic = regexp.MustCompile(`^(tap|veth|fwln)([1-9][0-9]{0,8})i([0-9]{1,2})$`)

// ports are all that the base chains of bridges tell apart, in order. A cable's end is
// part of the card whose cable it is.
func (c *comparing) ports() []port {
	var names [2]map[port]bool
	for i, r := range c.sides {
		names[i] = r.named()
	}
	all := map[port]bool{}
	var list []port
	for _, known := range names {
		for p := range known {
			if !all[p] {
				all[p] = true
				q := p
				switch {
				case !names[0][p]:
					q.presence = analysis.Appears
				case !names[1][p]:
					q.presence = analysis.Vanishes
				}
				list = append(list, q)
			}
		}
	}
	list = slices.DeleteFunc(list, func(p port) bool { return isCable(p, all) })
	slices.SortFunc(list, compare)
	return list
}

// isCable reports whether a port is the end of a cable whose other name is known.
func isCable(p port, all map[port]bool) bool {
	if m := nic.FindStringSubmatch(p.name); m == nil || m[1] != "fwln" || p.bridge {
		return false
	}
	for _, container := range []bool{false, true} {
		if all[card(container, p.vmid, p.net)] {
			return true
		}
	}
	return false
}

func card(container bool, vmid, net int) port {
	kind := "tap"
	if container {
		kind = "veth"
	}
	return port{name: fmt.Sprintf("%s%di%d", kind, vmid, net), container: container, vmid: vmid, net: net}
}

// compare orders bridges first, then guests by number, then other ports by name.
func compare(a, b port) int {
	kind := func(p port) int {
		switch {
		case p.bridge:
			return 0
		case p.vmid > 0:
			return 1
		}
		return 2
	}
	return cmp.Or(kind(a)-kind(b), a.vmid-b.vmid, a.net-b.net, cmp.Compare(a.name, b.name))
}

// named are the ports and bridges that the base chains on bridges ask for.
func (r *reading) named() map[port]bool {
	out := map[port]bool{}
	t := r.tables[nft.Bridge]
	for _, bases := range t.bases {
		for _, base := range bases {
			rules, _ := r.rules(t, base)
			for _, rule := range rules {
				for _, s := range rule.Stmts {
					t.names(s, func(f nft.Field, name string) { out[portOf(f, name)] = true })
				}
			}
		}
	}
	return out
}

// names tells the names of ports and bridges in a statement.
func (t *tableIndex) names(s nft.Stmt, visit func(nft.Field, string)) {
	switch s := s.(type) {
	case *nft.Compare:
		if s.Field.Spec().Name && !s.Begins {
			visit(s.Field, s.Value.Name)
		}
	case *nft.Lookup:
		t.keys(s.Fields, s.Set, visit)
	case *nft.Dispatch:
		t.keys(s.Fields, s.Map, visit)
	}
}

func (t *tableIndex) keys(fields []nft.Field, s *nft.Set, visit func(nft.Field, string)) {
	for i, f := range fields {
		if !f.Spec().Name {
			continue
		}
		for _, e := range t.set(s).Elements {
			visit(f, e.Key[i].First.Name)
		}
	}
}

func portOf(f nft.Field, name string) port {
	p := port{name: name, bridge: f == nft.InBridge || f == nft.OutBridge}
	if m := nic.FindStringSubmatch(name); m != nil && !p.bridge {
		p.container = m[1] == "veth"
		p.vmid, _ = strconv.Atoi(m[2])
		p.net, _ = strconv.Atoi(m[3])
	}
	return p
}

// endpoint is the name as in analysis.EndpointChange.
func (p *port) endpoint() string {
	switch {
	case p.vmid == 0:
		return p.name
	case p.container:
		return fmt.Sprintf("ct%d/net%d", p.vmid, p.net)
	}
	return fmt.Sprintf("vm%d/net%d", p.vmid, p.net)
}

// in are the ways to a port: through a firewall bridge of its own, where refusals are
// answered, from another port of its bridge, and from the node itself.
func (p *port) in() []way {
	list := []way{{stops: direct(stranger, p.name, stranger)}, sent(inetWay(nft.Output), p.name)}
	if p.vmid > 0 {
		w := wiresOf(p.name, p.vmid, p.net)
		list = append([]way{{stops: direct(w.inner, w.tap, w.bridge)}}, list...)
	}
	return list
}

// out is the way from a port.
func (p *port) out() []way { return []way{{stops: direct(p.name, stranger, stranger)}} }
