package assist

import (
	"slices"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
)

// List is a list of a policy with its name for people.
type List struct {
	Name  string // host IN, vm101/net0 OUT, group web IN
	Dir   ir.Direction
	Nodes []ir.Node
	Chain *ir.Chain    // nil for groups and frames
	End   *ir.Endpoint // whose chain it is; nil for others
}

// Lists are all lists of a policy.
func Lists(p *ir.Policy) []List {
	var all []List
	chain := func(name string, e *ir.Endpoint, c *ir.Chain) {
		if c != nil {
			all = append(all, List{name + " " + c.Dir.String(), c.Dir, c.Nodes, c, e})
		}
	}
	body := func(name string, b *ir.Body) {
		if b != nil {
			all = append(all, List{Name: name, Dir: b.Dir, Nodes: b.Nodes})
		}
	}
	body("forward", p.Forward)
	body("bridge IN", p.BridgeIn)
	for _, e := range append([]*ir.Endpoint{p.Host}, p.NICs...) {
		if e != nil {
			name := e.Name
			if e == p.Host {
				name = "host"
			}
			chain(name, e, e.In)
			chain(name, e, e.Out)
		}
	}
	chain("node", nil, p.Forwarding)
	for _, v := range p.VNets {
		chain("VNet "+v.Name, nil, v.Forward)
	}
	for _, g := range p.Groups {
		for _, b := range []*ir.Body{g.In, g.Out, g.Forward} {
			if b != nil {
				body("group "+g.Name+" "+b.Dir.String(), b)
			}
		}
	}
	return all
}

// Holds reports whether a list has a rule or the call of a group from a place, be
// it in a group.
func (l List) Holds(from func(source.Span) bool) bool {
	return slices.ContainsFunc(l.Nodes, func(n ir.Node) bool {
		if c, ok := n.(*ir.Call); ok && c.Group != nil {
			if b := c.Group.Body(l.Dir); from(c.Origin.Span) || b != nil && (List{Dir: l.Dir, Nodes: b.Nodes}).Holds(from) {
				return true
			}
		}
		_, rule := n.(*ir.Rule)
		return rule && from(ir.OriginOf(n).Span)
	})
}

// NoPacket is what Cover says of rules that could take no packet wherever they stood.
const NoPacket = "takes no packet"

// Cover says what earlier and later rules leave to those from a place, or to those of
// the group that it calls, where all of these are alike; by are the rules that do it. Empty where something is left.
func Cover(items []analysis.Item, from func(source.Span) bool) (text string, by []source.Span) {
	total, empty, covered, redundant := 0, 0, 0, 0
	for _, item := range items {
		if !from(item.Rule.Origin.Span) && (item.Within == nil || !from(item.Within.Origin.Span)) {
			continue
		}
		total++
		switch c := &item.Cover; {
		case c.Empty:
			empty++
		case c.Blockers != nil:
			covered++
			by = appendPlaces(by, items, c.Blockers)
		case c.Heirs != nil:
			redundant++
			by = appendPlaces(by, items, c.Heirs)
		}
	}
	switch {
	case total == 0:
	case empty == total:
		return NoPacket, by
	case covered > 0 && covered+empty == total:
		return "earlier rules take all its packets", by
	case redundant > 0 && redundant+covered+empty == total:
		return "changes nothing: later rules would do the same", by
	}
	return "", nil
}

func appendPlaces(list []source.Span, items []analysis.Item, indices []int) []source.Span {
	for _, i := range indices {
		if s := items[i].Rule.Origin.Span; !s.IsZero() && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}
