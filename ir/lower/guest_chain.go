package lower

import (
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// guestChain makes one direction of a NIC (reference/pve-firewall §7.3, §7.4).
func (l *lowering) guestChain(g *guest, nic *config.NIC, dir ir.Direction, alive *ir.Families) *ir.Chain {
	c := &ir.Chain{Dir: dir}
	for f := ir.V4; f <= ir.V6; f++ {
		c.Build[f].Exists = alive.Has(f)
	}
	at := place{dir: dir, card: nicName(nic)}
	if dir == ir.In {
		at.queue = g.queue()
	}
	const frame = 9 // nodes around the rules, at most
	c.Nodes = l.guestFrame(make([]ir.Node, 0, concerned(rulesOf(g.FW), dir)+frame), g, nic, dir)
	for _, r := range rulesOf(g.FW) {
		at.live = *alive
		l.guestRule(g, c, r, at, alive)
	}
	c.Nodes = append(c.Nodes, g.common[dir].closing...)
	for f := ir.V4; f <= ir.V6; f++ {
		if alive.Has(f) {
			c.Build[f] = ir.Whole(len(c.Nodes))
		}
	}
	return c
}

// concerned counts the rules that belong to chains of a direction.
func concerned(rules []*config.Rule, dir ir.Direction) int {
	n := 0
	for _, r := range rules {
		if concerns(r, dir) {
			n++
		}
	}
	return n
}

// guestRule adds one rule. An IN or OUT rule that dies costs itself only; a
// GROUP rule that dies is quirk_unfiltered_guest.go's.
func (l *lowering) guestRule(g *guest, c *ir.Chain, r *config.Rule, at place, alive *ir.Families) {
	made := l.source(r, at)
	c.Nodes = append(c.Nodes, made.skipped...)
	for _, f := range made.deadIn() {
		if !alive.Has(f) {
			continue
		}
		l.say(f, made.died[f], made.origin)
		if r.Type == config.GroupRule {
			l.leaveUnfiltered(g, c, f, &made, alive)
		} else {
			l.dies(made.died[f], made.origin)
		}
	}
	c.Nodes = append(c.Nodes, made.nodes...)
}

// common are the nodes that the chains of all cards of a guest have in a direction.
// Nobody changes a node, so that one of each will do.
type common struct {
	mark    []ir.Node // in front of the filters of a card
	radv    []ir.Node // between those
	passed  []ir.Node // between the filters and the rules
	closing []ir.Node
}

func commonIn(g *guest) common {
	c := common{mark: connMark(g, ir.In), closing: guestClosing(g, ir.In)}
	if ndp := guestNDP(g, ir.In, true); ndp != nil {
		ndp.Verdict.Queue = g.queue()
		c.passed = []ir.Node{ndp}
	}
	return c
}

func commonOut(g *guest) common {
	c := common{mark: connMark(g, ir.Out), closing: guestClosing(g, ir.Out), passed: []ir.Node{simple(ir.ClearMark, ir.Out, g.FW)}}
	radv := options(g.FW).Bool("radv", false)
	if !radv {
		c.radv = []ir.Node{&ir.Builtin{Kind: ir.RADrop, Dir: ir.Out, Families: ir.OnlyV6,
			Origin: optionOrigin(g.FW, "radv").With(ir.ByBuiltin, ir.RADrop.String())}}
	}
	if ndp := guestNDP(g, ir.Out, radv); ndp != nil {
		c.passed = append(c.passed, ndp)
	}
	return c
}

// guestFrame stands before a NIC's rules. DHCP comes before the filters of addresses,
// so that it is allowed from any (reference/pve-firewall §7.4).
func (l *lowering) guestFrame(nodes []ir.Node, g *guest, nic *config.NIC, dir ir.Direction) []ir.Node {
	c := &g.common[dir]
	nodes = append(nodes, c.mark...)
	if dir == ir.Out && options(g.FW).Bool("macfilter", true) {
		if nic.MAC != "" {
			nodes = append(nodes, &ir.Builtin{Kind: ir.MACFilter, Dir: ir.Out, Families: ir.Both, MAC: nic.MAC,
				Origin: optionOrigin(g.FW, "macfilter").With(ir.ByBuiltin, ir.MACFilter.String())})
		} else if !g.Unknown {
			l.miss(missingMACs)
		}
	}
	nodes = append(nodes, c.radv...)
	if set := l.ipfilterSet(g, nic); set != nil && dir == ir.Out {
		nodes = append(nodes, &ir.Builtin{Kind: ir.IPFilter, Dir: ir.Out, Families: ir.Both, Set: set,
			Origin: set.Origin.With(ir.ByBuiltin, ir.IPFilter.String())})
	}
	return append(nodes, c.passed...)
}

// connMark marks the connection and, unless switched off, accepts DHCP: the
// option acts as on although its documented default is off (reference/pve-firewall
// §11.11).
func connMark(g *guest, dir ir.Direction) []ir.Node {
	mark := simple(ir.ConnMark, dir, g.FW)
	mark.Mark = g.VMID
	nodes := []ir.Node{mark}
	if options(g.FW).Bool("dhcp", true) {
		nodes = append(nodes, &ir.Builtin{Kind: ir.DHCP, Dir: dir, Families: ir.Both,
			Origin: optionOrigin(g.FW, "dhcp").With(ir.ByBuiltin, ir.DHCP.String())})
	}
	return nodes
}

func guestNDP(g *guest, dir ir.Direction, advertisements bool) *ir.Builtin {
	if !options(g.FW).Bool("ndp", true) {
		return nil
	}
	return &ir.Builtin{Kind: ir.NDP, Dir: dir, Families: ir.OnlyV6, RA: advertisements,
		Origin: optionOrigin(g.FW, "ndp").With(ir.ByBuiltin, ir.NDP.String())}
}

func guestClosing(g *guest, dir ir.Direction) []ir.Node {
	if dir == ir.In {
		return closing(dir, g.FW, "policy_in", "DROP", ir.Verdict{Queue: g.queue()}, levelOf(g.FW, "log_level_in"))
	}
	return closing(dir, g.FW, "policy_out", "ACCEPT", ir.Verdict{}, levelOf(g.FW, "log_level_out"))
}

// checkQueue blames queue numbers that NFQUEUE does not take.
func (l *lowering) checkQueue(g *guest, alive ir.Families) {
	text := options(g.FW).Text("ips_queues", "")
	if g.queue() == nil || text == "" {
		return
	}
	if fault := queueFault(text); fault != "" {
		l.refuse(alive, fault, optionOrigin(g.FW, "ips_queues"), options(g.FW).Span("ips_queues"))
	}
}
