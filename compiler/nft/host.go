package nft

import "github.com/pvefw/pvefw/ir"

// families in the order in which everything is made.
var families = [2]ir.Family{ir.V4, ir.V6}

// hostTable makes the table of what the node itself sends, receives and routes.
func (b *builder) hostTable() {
	t := b.table(Inet, HostTable)
	t.raw()
	if h := b.policy.Host; h != nil {
		t.hostChain("input", Input, h.In, "PVEFW-HOST-IN")
		t.hostChain("output", Output, h.Out, "PVEFW-HOST-OUT")
	}
	t.forward()
	if !b.dropsInvalid() {
		t.tellOwn()
	}
}

// hostChain makes a direction of the host. A family in which nothing is in force
// has no way into it.
func (t *table) hostChain(name string, point HookPoint, c *ir.Chain, logged string) {
	if !c.Filtered(ir.V4) && !c.Filtered(ir.V6) {
		return
	}
	base := t.base(name, point, hostPriority)
	ways := map[ir.Family]Verdict{}
	for _, f := range families {
		if !c.Filtered(f) {
			continue
		}
		pl := &place{table: t, family: f, dir: c.Dir, host: true, answer: true, accept: accept, chain: logged}
		ways[f] = Verdict{Kind: Goto, Chain: t.list("host"+pl.variant(), pl, c.Live(f), t.policy.Host.Origin)}
	}
	base.Rules = append(base.Rules, t.byFamily(ways)...)
}

// Priorities of the base chains. On a bridge they are in front of br_netfilter,
// which takes a packet away from whoever stands at zero or behind.
const (
	hostPriority   = 0
	guestPriority  = -10
	rawPriority    = -300 // in front of connection tracking
	helperPriority = -150 // behind it
)

// list makes a chain of a list that closes, and returns its name.
func (t *table) list(name string, pl *place, nodes []ir.Node, o ir.Origin) string {
	return t.shared(name, func(c *Chain) {
		c.Origin = o
		pl.emit(c, pl.lines(pl.take(), nodes, true))
	})
}

// byFamily are the rules that send each family its way. Two comparisons take a packet
// less time than one look-up.
func (t *table) byFamily(ways map[ir.Family]Verdict) []*Rule {
	var rules []*Rule
	for _, f := range families {
		if v, ok := ways[f]; ok {
			rules = append(rules, &Rule{Stmts: []Stmt{t.familyIs(f), &v}, Origins: builtinOrigin("by-family")})
		}
	}
	return rules
}

func builtinOrigin(name string) []ir.Origin {
	return []ir.Origin{{Steps: []ir.Step{{Kind: ir.ByBuiltin, Name: name}}}}
}

// forward makes the way of routed packets: the frame, then the list of forwarded
// packets.
func (t *table) forward() {
	ways := map[ir.Family]Verdict{}
	for _, f := range families {
		pl := &place{table: t, family: f, dir: ir.Through, host: true, answer: true, accept: accept, chain: "PVEFW-FORWARD"}
		lines := pl.frame(pl.take(), t.policy.Forward, false)
		if c := t.policy.Forwarding; c.Filtered(f) {
			lines = pl.lines(lines, c.Live(f), true)
		}
		if len(lines) > 0 {
			ways[f] = Verdict{Kind: Goto, Chain: t.shared("forward"+suffix(f), func(c *Chain) { pl.emit(c, lines) })}
		}
	}
	if len(ways) == 0 {
		return
	}
	base := t.base("forward", Forward, hostPriority)
	if t.policy.Forwarding != nil {
		base.Rules = append(base.Rules, passBridged())
	}
	base.Rules = append(base.Rules, t.byFamily(ways)...)
}

// bridgedMark is the bit by which the guests' table tells that a packet is bridged.
// Where br_netfilter is on, bridged packets come past the hooks of routed ones too,
// between the bridge's own forward and postrouting: only there does the bit stand, so
// that the node does not take for bridged what it goes on to route.
const bridgedMark uint32 = 0x40000000

func passBridged() *Rule {
	bit := number(uint64(bridgedMark))
	return &Rule{Stmts: []Stmt{&Masked{Field: Mark, Mask: bit, Value: bit}, &Verdict{Kind: Accept}}, Origins: builtinOrigin("bridged")}
}

// frame translates a frame body. Early leaves out what the base chain says already:
// that known connections pass.
func (pl *place) frame(out []line, body *ir.Body, early bool) []line {
	for _, n := range frameNodes(body, pl.family) {
		b, ok := n.(*ir.Builtin)
		if ok && (b.Kind == ir.IPSEstablished || early && b.Kind == ir.Established) {
			continue
		}
		out = pl.lines(out, []ir.Node{n}, false)
	}
	return out
}
