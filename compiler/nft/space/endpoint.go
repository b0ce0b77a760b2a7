package space

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
)

// endpoint is something whose packets two programs are asked about, in a direction.
type endpoint struct {
	name string
	dir  ir.Direction
	port *port // nil for the node
}

// endpoints are the node, what is bridged, and every port and bridge that either program
// names.
func (c *comparing) endpoints() []endpoint {
	list := []endpoint{{"host", ir.In, nil}, {"host", ir.Out, nil}, {"forward", ir.Through, nil}, {"bridged", ir.Through, nil}}
	ports := c.ports()
	for i := range ports {
		p := &ports[i]
		if p.bridge {
			list = append(list, endpoint{"vnet " + p.name, ir.Through, p})
			continue
		}
		name := p.endpoint()
		list = append(list, endpoint{name, ir.In, p}, endpoint{name, ir.Out, p})
	}
	return list
}

// ways are those by which packets come to the lists that decide about them.
func (e *endpoint) ways() []way {
	switch p := e.port; {
	case p != nil && p.bridge:
		return []way{{stops: direct(stranger, stranger, p.name)}}
	case p != nil && e.dir == ir.In:
		return p.in()
	case p != nil:
		return []way{entering(p.name), {stops: direct(p.name, stranger, stranger)}}
	case e.name == "host" && e.dir == ir.In:
		return []way{inetWay(nft.Prerouting, nft.Input)}
	case e.name == "host":
		return []way{inetWay(nft.Output, nft.Postrouting)}
	case e.name == "forward":
		return []way{inetWay(nft.Prerouting, nft.Forward, nft.Postrouting)}
	}
	return []way{{stops: direct(stranger, stranger, stranger)}}
}

// port is a port, or a bridge, that programs name.
type port struct {
	name     string
	bridge   bool
	presence analysis.Presence

	kind      string // tap, veth or fwln of a guest's; empty for others
	vmid, net int
	cable     string // name of the inner end of a card's cable, if a program names it
}

// in are the ways to a port: through a firewall bridge of its own, where refusals are
// answered, from another port of its bridge, and from the node itself.
func (p *port) in() []way {
	list := []way{{stops: direct(stranger, p.name, stranger)}, sent(inetWay(nft.Output), p.name)}
	if p.kind != "" {
		w := wiresOf(p.name, p.vmid, p.net)
		list = append([]way{{stops: slices.Concat(direct(stranger, w.outer, stranger), direct(w.inner, w.tap, w.bridge))}}, list...)
	}
	return list
}

// suspected reports whether one of the port's names is among those.
func (p *port) suspected(names map[string]bool) bool {
	return names[p.name] || p.cable != "" && names[p.cable]
}

// endpoint is the name as in analysis.EndpointChange.
func (p *port) endpoint() string {
	guest := "vm"
	switch p.kind {
	case "":
		return p.name
	case "veth":
		guest = "ct"
	}
	return guest + strconv.Itoa(p.vmid) + "/net" + strconv.Itoa(p.net)
}

// portName is a name that a field was asked for.
type portName struct {
	name   string
	bridge bool
}

// ports are all that the base chains of bridges tell apart, in order. The inner end of a
// cable is part of the card whose cable it is.
func (c *comparing) ports() []port {
	sides := map[portName]int{}
	for i, r := range c.sides {
		r.named(func(n portName) { sides[n] |= 1 << i })
	}
	list := make([]port, 0, len(sides))
	cables := map[[2]int]port{}
	for n, on := range sides {
		p := portOf(n)
		p.presence = [...]analysis.Presence{analysis.Stays, analysis.Vanishes, analysis.Appears, analysis.Stays}[on]
		if p.kind == "fwln" {
			cables[[2]int{p.vmid, p.net}] = p
			continue
		}
		list = append(list, p)
	}
	for i := range list {
		if p := &list[i]; p.kind != "" {
			id := [2]int{p.vmid, p.net}
			p.cable = cables[id].name
			delete(cables, id)
		}
	}
	for _, p := range cables {
		list = append(list, p)
	}
	slices.SortFunc(list, byNumber)
	return list
}

// byNumber orders bridges first, then guests by number, then other ports by name.
func byNumber(a, b port) int {
	group := func(p port) int {
		switch {
		case p.bridge:
			return 0
		case p.kind != "":
			return 1
		}
		return 2
	}
	return cmp.Or(group(a)-group(b), a.vmid-b.vmid, a.net-b.net, cmp.Compare(a.name, b.name))
}

// named tells the ports and bridges that the base chains on bridges ask for.
func (r *reading) named(visit func(portName)) {
	t := r.tables[nft.Bridge]
	for _, bases := range t.bases {
		for _, base := range bases {
			rules, _ := r.rules(t, base)
			for _, rule := range rules {
				for _, s := range rule.Stmts {
					t.names(s, visit)
				}
			}
		}
	}
}

// names tells the names of ports and bridges in a statement.
func (t *tableIndex) names(s nft.Stmt, visit func(portName)) {
	switch s := s.(type) {
	case *nft.Compare:
		if s.Field.Spec().Name && !s.Begins {
			visit(portName{s.Value.Name, isBridge(s.Field)})
		}
	case *nft.Lookup:
		t.keys(s.Fields, s.Set, visit)
	case *nft.Dispatch:
		t.keys(s.Fields, s.Map, visit)
	}
}

func isBridge(f nft.Field) bool { return f == nft.InBridge || f == nft.OutBridge }

func (t *tableIndex) keys(fields []nft.Field, s *nft.Set, visit func(portName)) {
	s = t.set(s)
	for i, f := range fields {
		switch {
		case !f.Spec().Name:
		case i == 0:
			for name := range t.index(s) {
				visit(portName{name, isBridge(f)})
			}
		default:
			for k := range s.Elements {
				visit(portName{s.Elements[k].Key[i].First.Name, isBridge(f)})
			}
		}
	}
}

// portOf finds the guest's card in the name of its port, or of the inner end of its cable.
func portOf(n portName) port {
	p := port{name: n.name, bridge: n.bridge}
	for _, kind := range []string{"tap", "veth", "fwln"} {
		rest, ok := strings.CutPrefix(n.name, kind)
		if !ok || n.bridge {
			continue
		}
		vmid, net, _ := strings.Cut(rest, "i")
		v, ok1 := plainNumber(vmid)
		k, ok2 := plainNumber(net)
		if ok1 && ok2 {
			p.kind, p.vmid, p.net = kind, v, k
		}
	}
	return p
}

// plainNumber reads a number as the node writes it.
func plainNumber(text string) (int, bool) {
	n, err := strconv.ParseUint(text, 10, 31)
	return int(n), err == nil && strconv.FormatUint(n, 10) == text
}
