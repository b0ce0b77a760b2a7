package nft

import "github.com/pvefw/pvefw/ir"

// guests is the bridge table in the making: three base chains and the maps that
// send each port's frames to its list.
type guests struct {
	*table
	early               [2]bool // known connections pass at once, per family
	from, to, link, ips *Set
	places              [2]place
}

// The maps by port.
const (
	fromPort      = "from-port"
	toPort        = "to-port"
	linkOfPort    = "link"
	inspectedPort = "inspected"
)

// IsPortMap reports whether the guests' table has a map by port of that name.
func IsPortMap(name string) bool {
	return name == fromPort || name == toPort || name == linkOfPort || name == inspectedPort
}

// guestTable makes the table of what passes a bridge.
func (b *builder) guestTable() {
	g := &guests{table: b.table(Bridge, GuestTable)}
	for _, f := range families {
		g.early[f] = passesEstablished(b.policy.Forward, f)
	}
	g.raw()
	g.from, g.to = g.dispatch(fromPort, InName, Protocol), g.dispatch(toPort, OutName, Protocol)
	g.link, g.ips = g.dispatch(linkOfPort, InName), g.dispatch(inspectedPort, OutName, Protocol)
	prerouting := g.base("prerouting", Prerouting, guestPriority)
	forward := g.base("forward", Forward, guestPriority)
	postrouting := g.base("postrouting", Postrouting, guestPriority)
	g.nics()
	g.prune()
	g.entries(prerouting, postrouting)
	g.bridged(forward)
}

// passesEstablished reports whether the frame in front of everything lets known
// connections through, whatever else it does.
func passesEstablished(body *ir.Body, f ir.Family) bool {
	for _, n := range frameNodes(body, f) {
		b, ok := n.(*ir.Builtin)
		switch {
		case !ok:
			return false
		case b.Kind == ir.Established && b.Families.Has(f):
			return true
		case b.Kind != ir.IPSEstablished && b.Kind != ir.DropInvalid:
			return false
		}
	}
	return false
}

// entries fills the base chains that guests' frames enter by.
func (g *guests) entries(prerouting, postrouting *Chain) {
	if g.policy.Forwarding != nil {
		postrouting.Rules = append(postrouting.Rules, g.marking(act{kind: actMark, keep: ^bridgedMark}))
	}
	known := g.known()
	prerouting.Rules = append(prerouting.Rules, known(accept)...)
	pass := accept
	if len(g.ips.Elements) > 0 {
		pass = act{kind: actGoto, chain: g.inspect()}
	}
	postrouting.Rules = append(postrouting.Rules, known(pass)...)
	postrouting.Rules = append(postrouting.Rules, g.ownAnswers()...)
	g.enter(prerouting, g.from)
	g.enter(postrouting, g.to)
	if len(g.link.Elements) > 0 {
		ip := &Set{Key: []Field{Protocol}, Elements: []Element{{Key: []Span{{ethertype[0], ethertype[0]}}}, {Key: []Span{{ethertype[1], ethertype[1]}}}}}
		prerouting.Rules = append(prerouting.Rules, &Rule{
			Stmts:   []Stmt{&Lookup{Fields: ip.Key, Not: true, Set: ip}, &Dispatch{Fields: g.link.Key, Map: g.link}},
			Origins: builtinOrigin("layer-2"),
		})
	}
}

func (g *guests) enter(c *Chain, m *Set) {
	if len(m.Elements) > 0 {
		c.Rules = append(c.Rules, &Rule{Stmts: []Stmt{&Dispatch{Fields: m.Key, Map: m}}, Origins: builtinOrigin(m.Name)})
	}
}

// known makes the rule that lets known connections leave early. Only families in
// which the frame does so may.
func (g *guests) known() func(act) []*Rule {
	return func(a act) []*Rule {
		met := &Masked{Field: State, Not: true, Mask: number(bitEstablished | bitRelated)}
		var rules []*Rule
		switch {
		case g.early[ir.V4] && g.early[ir.V6]:
			rules = []*Rule{{Stmts: []Stmt{met, g.do(a)}}}
		case g.early[ir.V4]:
			rules = []*Rule{{Stmts: []Stmt{g.familyIs(ir.V4), met, g.do(a)}}}
		case g.early[ir.V6]:
			rules = []*Rule{{Stmts: []Stmt{g.familyIs(ir.V6), met, g.do(a)}}}
		}
		for _, r := range rules {
			r.Origins = builtinOrigin(ir.Established.String())
		}
		return rules
	}
}

// inspect is where known connections go when some guest has intrusion prevention:
// those to it into its queue, the others through.
func (g *guests) inspect() string {
	return g.shared("established", func(c *Chain) {
		c.Rules = []*Rule{
			{Stmts: []Stmt{&Dispatch{Fields: g.ips.Key, Map: g.ips}}, Origins: builtinOrigin(ir.IPSEstablished.String())},
			{Stmts: []Stmt{g.do(accept)}, Origins: builtinOrigin(ir.Established.String())},
		}
	})
}

// markedChain lets through and leaves the mark that the host's rules ask for.
func (t *table) markedChain() string {
	return t.shared("accept-marked", func(c *Chain) {
		for _, a := range []act{setMark, accept} {
			c.Rules = append(c.Rules, &Rule{Stmts: []Stmt{t.do(a)}, Origins: builtinOrigin("accept-marked")})
		}
	})
}
