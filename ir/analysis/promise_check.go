package analysis

import (
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// Broken is what keeps a comparison from being exactly what was promised.
type Broken struct {
	Promise  *Promise // nil for a change that nobody promised
	Node     string
	Endpoint string // empty: the promise is about nothing that changed
	Dir      ir.Direction
	Family   ir.Family
	Fate     Fate // what the packets get although nobody promised it
	Already  bool // of promised packets: they got what is promised before as well
	Boxes    []packet.Box
	More     bool // there are more boxes
}

// mostBroken bounds the boxes of one Broken.
const mostBroken = 4

// Exactly tells in what the comparisons differ from the promises: changes that no
// promise covers, and promised packets of ordinary connections whose verdict does
// not become the promised one. What built-ins decide, before or after, need not
// change. A comparison with something unknown in it fulfils nothing.
func Exactly(list []*Comparison, promises []*Promise) []Broken {
	k := &keeping{promises: promises, met: make([]bool, len(promises))}
	for _, c := range list {
		for i := range c.Endpoints {
			k.endpoint(c.Node, &c.Endpoints[i])
		}
		for _, l := range c.Loads {
			k.broken = append(k.broken, Broken{Node: c.Node, Endpoint: "node", Family: familyIn(l.Families)})
		}
		k.unmoved(c)
	}
	for i, p := range promises {
		if !k.met[i] {
			k.broken = append(k.broken, Broken{Promise: p, Node: p.Node})
		}
	}
	return k.broken
}

func familyIn(f ir.Families) ir.Family {
	if f == ir.OnlyV6 {
		return ir.V6
	}
	return ir.V4
}

// keeping checks promises.
type keeping struct {
	promises []*Promise
	met      []bool // something changed where the promise is about
	broken   []Broken
}

// endpoint checks one list with changes.
func (k *keeping) endpoint(node string, e *EndpointChange) {
	at := Broken{Node: node, Endpoint: e.Endpoint, Dir: e.Direction, Family: e.Family}
	if e.Unknown {
		k.broken = append(k.broken, at)
	}
	ordinary := false // among them are packets of ordinary connections, which say enough
	var special []Broken
	for i := range e.Changes {
		c := &e.Changes[i]
		if c.OnlyLog {
			continue
		}
		rest := c.Packets()
		for _, p := range k.promises {
			if packets := p.Packets[e.Family]; packets != nil && p.About(node, e.Endpoint, e.Direction) && p.fulfilled(&c.Is) {
				rest = rest.Minus(packets(rest.Universe()))
			}
		}
		if rest.Empty() != packet.Yes {
			b := at
			b.Fate = c.Is
			usual := false
			b.Boxes, b.More, usual = boxesOf(rest)
			if ordinary = ordinary || usual; usual {
				k.broken = append(k.broken, b)
			} else {
				special = append(special, b)
			}
		}
	}
	if !ordinary {
		k.broken = append(k.broken, special...)
	}
	for j, p := range k.promises {
		if p.About(node, e.Endpoint, e.Direction) && e.hasTraffic() {
			k.met[j] = true
			k.whole(at, e, p)
		}
	}
}

func (e *EndpointChange) hasTraffic() bool {
	for i := range e.Changes {
		if !e.Changes[i].OnlyLog {
			return true
		}
	}
	return false
}

// boxesOf shows a set by its usual packets where it has some.
func boxesOf(s packet.Set) (boxes []packet.Box, more, usual bool) {
	boxes, whole := s.UsualBoxes(mostBroken)
	if usual = len(boxes) > 0; !usual {
		boxes, whole = s.Boxes(mostBroken)
	}
	return boxes, !whole, usual
}

// whole checks that everything promised of a list has changed.
func (k *keeping) whole(at Broken, e *EndpointChange, p *Promise) {
	packets := p.Packets[e.Family]
	if packets == nil {
		return
	}
	nodes := [][]ir.Node{e.before, e.after}
	u := packet.NewUniverse(e.Family, packet.ListMatches(e.Family, e.Direction, joinedNodes(nodes))...)
	rest := packets(u)
	for i := range e.Changes {
		if c := &e.Changes[i]; !c.OnlyLog && p.fulfilled(&c.Is) {
			rest = rest.Minus(c.Packets())
		}
	}
	already := u.None()
	for side, list := range nodes {
		u.Decide(list, e.Direction, func(h packet.Hit) {
			fate := Fate{Decided: true, Verdict: h.Verdict}
			if _, builtin := h.Node.(*ir.Builtin); builtin {
				rest = rest.Minus(h.Packets)
			} else if side == 0 && p.fulfilled(&fate) {
				already = already.Union(h.Packets)
			}
		})
	}
	at.Promise = p
	for _, already := range []struct {
		is  bool
		set packet.Set
	}{{false, rest.Minus(already)}, {true, rest.Intersect(already)}} {
		b := at
		b.Already = already.is
		boxes, whole := already.set.UsualBoxes(mostBroken)
		if b.Boxes, b.More = boxes, !whole; len(boxes) > 0 || !whole {
			k.broken = append(k.broken, b)
		}
	}
}

// unmoved finds families of a promised endpoint in which nothing changed although
// the other family did.
func (k *keeping) unmoved(c *Comparison) {
	for _, p := range k.promises {
		var moved [2]map[string]bool
		for i := range c.Endpoints {
			e := &c.Endpoints[i]
			if p.About(c.Node, e.Endpoint, e.Direction) && e.hasTraffic() {
				if moved[e.Family] == nil {
					moved[e.Family] = map[string]bool{}
				}
				moved[e.Family][e.Endpoint] = true
			}
		}
		for f := range moved {
			for name := range moved[1-f] {
				if p.Packets[f] != nil && !moved[f][name] {
					k.broken = append(k.broken, Broken{Promise: p, Node: c.Node, Endpoint: name, Dir: p.Direction, Family: ir.Family(f)})
				}
			}
		}
	}
}
