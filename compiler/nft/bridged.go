package nft

import "github.com/pvefw/pvefw/ir"

// bridged fills the base chain of frames that go from one port of a bridge to
// another: the frame of all forwarded packets, then the list of the bridge's VNet.
func (g *guests) bridged(base *Chain) {
	if g.policy.Forwarding != nil {
		base.Rules = append(base.Rules, g.marking(act{kind: actMark, keep: ^bridgedMark, flip: bridgedMark}))
	}
	ways := map[ir.Family]Verdict{}
	for _, f := range families {
		pl := &place{table: g.table, family: f, dir: ir.Through, accept: accept, chain: "PVEFW-FORWARD"}
		lines := pl.frame(pl.take(), g.policy.Forward, false)
		if len(lines) > 0 {
			ways[f] = Verdict{Kind: Jump, Chain: g.shared("frame"+suffix(f), func(c *Chain) { pl.emit(c, lines) })}
		}
	}
	if len(ways) > 0 {
		base.Rules = append(base.Rules, g.byFamily(ways)...)
	}
	g.vnets(base)
}

// marking is a rule that changes the mark of whatever comes by.
func (g *guests) marking(a act) *Rule {
	return &Rule{Stmts: []Stmt{g.do(a)}, Origins: builtinOrigin("bridged")}
}

// vnets sends the frames of each VNet's bridge to its list.
func (g *guests) vnets(base *Chain) {
	m := g.dispatch("vnets", InBridge, Protocol)
	for _, v := range g.policy.VNets {
		for _, f := range families {
			if !v.Forward.Filtered(f) {
				continue
			}
			if !isInterface(v.Name) || v.Name == "" {
				g.complain(ruleCannotExpress, v.Origin, "no bridge can have the name of this VNet", "Its rules are left out.")
				continue
			}
			pl := &place{table: g.table, family: f, dir: ir.Through, accept: accept, chain: "bridge-" + v.Name}
			name := g.list("vnet-"+clean(v.Name)+suffix(f), pl, v.Forward.Live(f), v.Origin)
			m.Elements = append(m.Elements, Element{Key: []Span{port(v.Name), {ethertype[f], ethertype[f]}},
				Verdict: Verdict{Kind: Goto, Chain: name}, Origin: v.Origin})
		}
	}
	g.prune()
	g.enter(base, m)
}
