package nft

import (
	"strconv"

	"github.com/pvefw/pvefw/ir"
)

// nics makes the lists of all NICs. Where they are printed at once, what the lists of
// one were made of is taken for those of the next.
func (g *guests) nics() {
	before := g.stock
	g.stock = stock{}
	for _, m := range []*Set{g.from, g.to} { // most NICs are there once or twice for each family
		m.Elements = make([]Element, 0, 4*len(g.policy.NICs))
	}
	for _, nic := range g.policy.NICs {
		g.nic(nic)
		if g.once {
			g.stock.reuse()
		}
		if g.last {
			nic.In, nic.Out, nic.Link = nil, nil, nil
		}
	}
	g.stock = before
}

// nic adds the lists of a NIC to the maps.
func (g *guests) nic(nic *ir.Endpoint) {
	if !nic.Plugged || nic.Device == "" || len(nic.Device) > longestInterface {
		return
	}
	for _, f := range families {
		g.out(nic, f)
		g.in(nic, f)
		g.inspected(nic, f)
	}
	if nic.Link != nil && g.policy.Layer2 {
		g.send(g.link, nic, g.linkChain(nic), port(nic.Device))
	}
}

func port(name string) Span { return Span{Value{Name: name}, Value{Name: name}} }

// send adds an element that leads to a chain, if there is one.
func (g *guests) send(m *Set, nic *ir.Endpoint, chain string, key ...Span) {
	if chain != "" {
		m.Elements = append(m.Elements, Element{Key: key, Verdict: Verdict{Kind: Goto, Chain: chain}, Origin: nic.Origin})
	}
}

// at keeps a place of the NIC at hand, one of two.
func (g *guests) at(i int, pl place) *place {
	g.places[i] = pl
	return &g.places[i]
}

// out is what the guest sends. An unfiltered NIC has the frame alone. What the frame lets
// through is not what the guest was allowed to send.
func (g *guests) out(nic *ir.Endpoint, f ir.Family) {
	framing := g.at(0, place{table: g.table, family: f, dir: ir.Out, answer: true, accept: accept, vmid: nic.VMID, chain: nic.Device + "-OUT"})
	pl := g.at(1, *framing)
	if g.marks {
		pl.accept = act{kind: actGoto, chain: g.markedChain()}
	}
	name := ""
	if nic.Out.Filtered(f) {
		name = g.shared(nic.Device+"-out"+suffix(f), func(c *Chain) {
			c.Origin = nic.Origin
			lines := framing.frame(pl.take(), g.policy.Forward, g.early[f])
			pl.emit(c, pl.lines(lines, nic.Out.Live(f), true))
		})
	} else {
		name = g.unlessEmpty(g.shared("unfiltered-out"+suffix(f), func(c *Chain) {
			pl.emit(c, framing.frame(pl.take(), g.policy.Forward, g.early[f]))
		}))
	}
	g.send(g.from, nic, name, port(nic.Device), Span{ethertype[f], ethertype[f]})
}

// in is what comes to the guest: to its tap, and where something may be refused
// also, in front of that, out of a firewall bridge, where it can be answered. What
// stands before the first refusal is made once, for both. With the highest VMIDs and a
// netN of two digits no interface can be called like a firewall bridge, so there is none.
func (g *guests) in(nic *ir.Endpoint, f ir.Family) {
	to := []Span{port(nic.Device), {ethertype[f], ethertype[f]}}
	pl := g.at(0, place{table: g.table, family: f, dir: ir.In, accept: accept, vmid: nic.VMID, chain: nic.Device + "-IN"})
	frames := g.arriving(f)
	if !nic.In.Filtered(f) {
		g.send(g.to, nic, frames, to...)
		return
	}
	nodes := nic.In.Live(f)
	own := strconv.Itoa(nic.VMID) + "i" + strconv.Itoa(nic.Net)
	first := firstRefusal(nodes, f)
	if first == len(nodes) || len("fwln"+own) > longestInterface {
		g.send(g.to, nic, g.rest(nic, pl, "", frames, nodes), to...)
		return
	}
	common := g.shared(nic.Device+"-in"+suffix(f)+"-rules", func(c *Chain) {
		c.Origin = nic.Origin
		pl.emit(c, pl.lines(g.enterBy(pl.take(), pl, frames, nic), nodes[:first], false))
	})
	judged := line{stock: &g.stock, act: accept, origin: nic.Origin.With(ir.ByBuiltin, "judged")}
	judged.and(g.compares.put(Compare{Field: OutBridge, Value: Value{Name: "fwbr" + own}}))
	g.send(g.to, nic, g.rest(nic, pl, "", common, nodes[first:], judged), to...)
	answering := g.at(1, *pl)
	answering.answer = true
	g.send(g.from, nic, g.rest(nic, answering, "-answer", common, nodes[first:]), port("fwln"+own), to[1])
}

// arriving returns the chain that stands before the list of every plugged NIC, and
// is all that an unfiltered one has; empty for none.
func (g *guests) arriving(f ir.Family) string {
	return g.unlessEmpty(g.shared("arriving"+suffix(f), func(c *Chain) {
		pl := &place{table: g.table, family: f, dir: ir.In, accept: accept}
		pl.emit(c, pl.frame(pl.frame(pl.take(), g.policy.Forward, g.early[f]), g.policy.BridgeIn, false))
	}))
}

func (g *guests) unlessEmpty(chain string) string {
	if g.chains[chain].empty() {
		return ""
	}
	return chain
}

// enterBy begins with a chain, if there is one.
func (g *guests) enterBy(out []line, pl *place, chain string, nic *ir.Endpoint) []line {
	if chain == "" {
		return out
	}
	return pl.jump(out, line{}, chain, nic.Origin)
}

// rest makes a NIC's chain of what stands before everything, a chain to begin with
// and the nodes behind that.
func (g *guests) rest(nic *ir.Endpoint, pl *place, mark, begin string, nodes []ir.Node, before ...line) string {
	return g.shared(nic.Device+"-in"+suffix(pl.family)+mark, func(c *Chain) {
		c.Origin = nic.Origin
		lines := g.enterBy(append(pl.take(), before...), pl, begin, nic)
		pl.emit(c, pl.lines(lines, nodes, true))
	})
}

// firstRefusal is the place of the first node that may say REJECT, behind the list
// where none does.
func firstRefusal(nodes []ir.Node, f ir.Family) int {
	for i, n := range nodes {
		if refuses(n, f) {
			return i
		}
	}
	return len(nodes)
}

// refuses reports whether a node may say REJECT in a family.
func refuses(n ir.Node, f ir.Family) bool {
	switch n := n.(type) {
	case *ir.Rule:
		return n.Families.Has(f) && n.Verdict.Kind == ir.Reject
	case *ir.Call:
		return n.Families.Has(f) && n.Group != nil && n.Group.In != nil && firstRefusal(n.Group.In.Nodes, f) < len(n.Group.In.Nodes)
	case *ir.Builtin:
		return n.Families.Has(f) && (n.Kind == ir.RejectNoise || n.Kind == ir.DropNoise && f == ir.V6)
	}
	return false
}

// inspected sends the known connections to a NIC with intrusion prevention into its
// queue.
func (g *guests) inspected(nic *ir.Endpoint, f ir.Family) {
	if nic.Queue == nil || !nic.In.Filtered(f) || !inspects(g.policy.Forward, f) {
		return
	}
	a := queueAct(nic.Queue)
	name := g.shared("queue-"+strconv.Itoa(int(a.first))+"-"+strconv.Itoa(int(a.last)), func(c *Chain) {
		c.Rules = []*Rule{{Stmts: []Stmt{g.do(a)}, Origins: []ir.Origin{nic.Origin}}}
	})
	g.send(g.ips, nic, name, port(nic.Device), Span{ethertype[f], ethertype[f]})
}

func inspects(body *ir.Body, f ir.Family) bool {
	for _, n := range frameNodes(body, f) {
		if b, ok := n.(*ir.Builtin); ok && b.Kind == ir.IPSEstablished && b.Families.Has(f) {
			return true
		}
	}
	return false
}
