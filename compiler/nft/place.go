package nft

import (
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// place is where nodes are translated: in which table, family and direction, and
// what the verdicts mean there.
type place struct {
	*table
	family ir.Family
	dir    ir.Direction
	host   bool   // rules may name the node's interfaces
	answer bool   // a refused packet can be answered
	accept act    // what letting through means
	vmid   int    // in log texts
	chain  string // in log texts: the name that the production daemon's chain has
	group  bool   // the text of a group's rule names no action
	quiet  bool   // what no line of a file asked for is not complained about
}

// act translates a verdict.
func (pl *place) act(v ir.Verdict, o ir.Origin) act {
	switch v.Kind {
	case ir.Drop:
		return drop
	case ir.Leave:
		return leave
	case ir.Reject:
		if pl.answer {
			return act{kind: actGoto, chain: pl.rejectChain(pl.family)}
		}
		if pl.quiet {
			return drop
		}
		pl.complain(ruleSilentReject, o, "REJECT may be a silent drop here",
			"Senders get an answer only where the packet enters a bridge: with a firewall bridge at the guest's NIC, not without one.")
		return drop
	}
	if v.Queue != nil {
		return queueAct(v.Queue)
	}
	return pl.accept
}

// mostQueues is over how many queues the kernel balances.
const mostQueues = 65535

// queueAct reads ips_queues: nothing, a number or a pair to balance over.
func queueAct(q *ir.Queue) act {
	first, last, pair := strings.Cut(q.Text, ":")
	a := act{kind: actQueue, first: queueNumber(first)}
	a.last = a.first
	if pair {
		a.last = max(a.first, queueNumber(last))
		a.last = min(a.last-a.first, mostQueues-1) + a.first
	}
	return a
}

// queueNumber is the number as netfilter's tools read it, with a leading zero as octal: one
// that they refuse was reported before.
func queueNumber(text string) uint16 {
	n, err := strconv.ParseUint(text, 0, 16)
	if err != nil {
		return 0
	}
	return uint16(n)
}

// lines appends a list. The last rule of a list that closes is its policy.
func (pl *place) lines(out []line, nodes []ir.Node, closes bool) []line {
	for i, n := range nodes {
		switch n := n.(type) {
		case *ir.Rule:
			if n.Families.Has(pl.family) {
				out = pl.rule(out, n, closes && i == len(nodes)-1)
			}
		case *ir.Builtin:
			if n.Families.Has(pl.family) {
				out = pl.builtin(out, n)
			}
		case *ir.Call:
			if n.Families.Has(pl.family) {
				out = pl.call(out, n)
			}
		case *ir.Skipped:
			if n.Stage == ir.AtTarget && n.Families.Has(pl.family) {
				pl.complain(ruleCannotExpress, n.Origin, "the nft target leaves this out: "+n.Reason, "It is missing from the nftables ruleset.")
			}
		}
	}
	return out
}

// rule translates a rule, with its log text.
func (pl *place) rule(out []line, r *ir.Rule, closing bool) []line {
	l, ok := pl.match(&r.Match, r.Origin)
	if !ok {
		return out
	}
	l.act, l.origin = pl.act(r.Verdict, r.Origin), r.Origin
	if r.Log != nil {
		text := r.Verdict.Kind.String() + ": "
		switch {
		case pl.group:
			text = ""
		case closing:
			text = "policy " + text
		}
		l.log = pl.prefix(r.Log, pl.vmid, pl.chain, text)
	}
	return pl.alternatives(out, l, &r.Match)
}

// call translates the jump into a group. What accepts inside accepts here.
func (pl *place) call(out []line, c *ir.Call) []line {
	l, ok := pl.match(&c.Match, c.Origin)
	if !ok || c.Group == nil {
		return out
	}
	return pl.jump(out, l, pl.groupChain(c), c.Origin)
}

// jump adds a line to a chain, unless nothing is in it.
func (pl *place) jump(out []line, l line, chain string, o ir.Origin) []line {
	if pl.chains[chain].empty() {
		return out
	}
	l.act, l.origin = act{kind: actJump, chain: chain}, o
	return append(out, l)
}

// groupChain returns the chain of a group for callers like this one.
func (pl *place) groupChain(c *ir.Call) string {
	a := pl.act(c.Verdict, c.Origin)
	key := groupKey{c.Group, pl.variant(), a}
	if name := pl.groups[key]; name != "" {
		return name
	}
	name := "group-" + clean(c.Group.Name) + key.variant
	if a.kind == actQueue {
		name += "-queue-" + strconv.Itoa(int(a.first)) + "-" + strconv.Itoa(int(a.last))
	}
	if pl.chains[name] == nil {
		pl.makeGroup(name, c.Group, a)
	}
	pl.groups[key] = name
	return name
}

// groupKey is what the chain of a group depends on.
type groupKey struct {
	group   *ir.Group
	variant string
	accept  act
}

func (pl *place) makeGroup(name string, g *ir.Group, accept act) {
	in, body := *pl, g.Body(pl.dir)
	in.accept = accept
	in.vmid, in.group, in.chain = 0, true, "GROUP-"+g.Name+"-"+pl.dir.String()
	pl.shared(name, func(out *Chain) {
		out.Origin = g.Origin
		lines := pl.take()
		if pl.marks {
			lines = append(lines, line{act: clearMark, origin: g.Origin.With(ir.ByBuiltin, ir.ClearMark.String())})
		}
		if body != nil && body.Build[pl.family].Exists {
			lines = in.lines(lines, body.Nodes[:body.Build[pl.family].Nodes], false)
		}
		pl.emit(out, lines)
	})
}

// variant names the kinds of shared chains that differ: by direction, family and
// whether an answer can be given.
func (pl *place) variant() string {
	answering := 0
	if pl.answer && pl.out.Family == Bridge && pl.dir == ir.In {
		answering = 1
	}
	return variants[answering][pl.dir][pl.family]
}

var variants = [2][3][2]string{
	{ir.In: {"-in-4", "-in-6"}, ir.Out: {"-out-4", "-out-6"}, ir.Through: {"-forward-4", "-forward-6"}},
	{ir.In: {"-in-4-answer", "-in-6-answer"}},
}
