package space

import (
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// What a program may ask for on one way: steps through its rules, and chains within
// chains. The kernel refuses loops and more than sixteen jumps; what was read from
// elsewhere may hold them.
const (
	mostSteps = 1 << 18
	mostDepth = 16
)

// deciding is all packets on their way.
type deciding struct {
	*asking
	universe *packet.Universe
	marks    bool // whether it counts that a packet is marked in the end
	steps    int
	at       int // the stop
	table    *tableIndex
	passed   flow       // what left the base chain at hand by accept
	hits     []hit      // what ended
	lost     packet.Set // packets of which nobody can tell what becomes
	effects  map[string]packet.Set
	rules    map[*nft.Rule]*Rule
}

// flow is packets by what happened to them; disjoint, none empty.
type flow []part

type part struct {
	mark    marking
	queue   string
	by      *Rule // the first that let them through
	packets packet.Set
}

// begin puts packets at the beginning of the way.
func (a *asking) begin(u *packet.Universe) *deciding {
	return &deciding{asking: a, universe: u, steps: mostSteps, lost: u.None(), effects: map[string]packet.Set{}, rules: map[*nft.Rule]*Rule{}}
}

// lead sends packets past the stops in front of those that are asked about. How they got
// there does not count then.
func (d *deciding) lead(packets packet.Set) flow {
	var on flow
	for _, p := range d.pass(flow{{mark: unmarked, packets: packets}}, 0, d.asking.way.lead) {
		on = on.join(flow{{mark: p.mark, packets: p.packets}})
	}
	d.hits, d.effects = nil, map[string]packet.Set{}
	return on
}

// rest sends packets through the other stops.
func (d *deciding) rest(in flow) *fates {
	d.end(d.pass(in, d.asking.way.lead, len(d.asking.way.stops)))
	return &fates{d.hits, d.effects, d.lost}
}

// pass sends packets through stops, and returns those that nothing stopped.
func (d *deciding) pass(in flow, from, to int) flow {
	for d.at = from; d.at < to && len(in) > 0; d.at++ {
		s := &d.way.stops[d.at]
		d.table = d.tables[s.family]
		for _, base := range d.table.bases[s.point] {
			d.passed = nil
			rest := d.chain(base, in, 0)
			in = d.passed.join(rest)
		}
	}
	return in
}

// end notes what got through.
func (d *deciding) end(in flow) {
	for _, p := range in {
		o := packet.Outcome{Verdict: ir.Accept, Queue: p.queue}
		if !d.marks {
			d.hit(o, p.by, p.packets)
			continue
		}
		marked := p.mark.packets(d.universe, markTest{mask: acceptMark, value: acceptMark})
		d.hit(o, p.by, p.packets.Minus(marked))
		o.Marked = true
		d.hit(o, p.by, p.packets.Intersect(marked))
	}
}

func (d *deciding) hit(o packet.Outcome, by *Rule, s packet.Set) {
	if s.Empty() != packet.Yes {
		d.hits = append(d.hits, hit{o, by, s})
	}
}

// join adds packets to a flow.
func (f flow) join(more flow) flow {
next:
	for _, p := range more {
		for i := range f {
			if q := &f[i]; q.mark == p.mark && q.queue == p.queue && q.by == p.by {
				q.packets = q.packets.Union(p.packets)
				continue next
			}
		}
		f = append(f, p)
	}
	return f
}

// keep adds packets unless there are certainly none.
func (f flow) keep(p part, s packet.Set) flow {
	if s.Empty() == packet.Yes {
		return f
	}
	p.packets = s
	return append(f, p)
}

// within keeps the packets of a set.
func (f flow) within(s packet.Set) flow {
	var out flow
	for _, p := range f {
		out = out.keep(p, p.packets.Intersect(s))
	}
	return out
}

func (f flow) all(u *packet.Universe) packet.Set {
	all := u.None()
	for _, p := range f {
		all = all.Union(p.packets)
	}
	return all
}

// chain sends packets through a chain and returns those that leave it undecided.
func (d *deciding) chain(c *nft.Chain, in flow, depth int) (out flow) {
	if c == nil || depth > mostDepth {
		d.lose(in)
		return nil
	}
	rules, read := d.asking.rules(d.table, c)
	if !read {
		d.lose(in)
		return nil
	}
	for _, r := range rules {
		if len(in) == 0 {
			break
		}
		if d.steps--; d.steps < 0 {
			d.lose(in)
			return out
		}
		in, out = d.rule(c, r, in, out, depth)
	}
	return out.join(in)
}

// lose gives up on packets.
func (d *deciding) lose(f flow) { d.lost = d.lost.Union(f.all(d.universe)) }

// rule sends packets through one rule: in are those that go on with the next one then,
// out gains those that leave the chain.
func (d *deciding) rule(c *nft.Chain, r *nft.Rule, in, out flow, depth int) (flow, flow) {
	taken, rate := in, ""
	var missed flow
	for i, moves := 0, d.made[ruleAt{r, d.at, c.Name}]; i < len(moves) && len(taken) > 0; i++ {
		m := &moves[i]
		var rest flow
		taken, rest = d.split(m, taken)
		missed = missed.join(rest)
		switch s := m.act.(type) {
		case *nft.Limit:
			rate += " up to " + rateOf(s)
			continue
		case *nft.Overrun:
			rate += " " + floodOf(s)
			continue
		}
		if rate != "" { // what acts on some packets and not on others like them, decides about none
			d.effect(effectOf(m.act)+rate, taken)
			continue
		}
		on, left := d.act(m, d.site(c, r), taken, depth)
		taken, out = on, out.join(left)
	}
	return missed.join(taken), out
}

// site is a rule at its place, the same one each time.
func (d *deciding) site(c *nft.Chain, r *nft.Rule) *Rule {
	if d.rules[r] == nil {
		d.rules[r] = &Rule{Place{tableName(d.table.family), c.Name}, r}
	}
	return d.rules[r]
}

func tableName(f nft.Family) string { return [...]string{nft.HostTable, nft.GuestTable}[f] }

func (d *deciding) effect(what string, taken flow) {
	s := taken.all(d.universe)
	if old, ok := d.effects[what]; ok {
		s = old.Union(s)
	}
	d.effects[what] = s
}

// act does what a rule does with packets that it matches: on are those that go on in
// the rule or behind it, left those that leave its chain.
func (d *deciding) act(m *move, by *Rule, taken flow, depth int) (on, left flow) {
	switch s := m.act.(type) {
	case *nft.Verdict:
		return d.verdict(*s, by, taken, depth)
	case *nft.Dispatch:
		return d.dispatch(m, by, taken, depth)
	case *nft.SetMark:
		for i := range taken {
			taken[i].mark = taken[i].mark.after(s)
		}
		return taken, nil
	case *nft.Queue:
		d.queue(queueOf(s), by, taken)
		return nil, nil
	case *nft.Reject:
		d.reject(packet.Outcome{Verdict: ir.Reject, Answer: answerOf(s)}, by, taken)
		return nil, nil
	}
	d.effect(effectOf(m.act), taken)
	return taken, nil
}

func (d *deciding) dispatch(m *move, by *Rule, taken flow, depth int) (on, left flow) {
	for i := range m.forks {
		f := &m.forks[i]
		s := f.test.packets(d.universe)
		var some, rest flow
		for _, p := range taken {
			some, rest = some.keep(p, p.packets.Intersect(s)), rest.keep(p, p.packets.Minus(s))
		}
		taken = rest
		back, gone := d.verdict(f.verdict, by, some, depth)
		on, left = on.join(back), left.join(gone)
	}
	return on.join(taken), left
}

func (d *deciding) verdict(v nft.Verdict, by *Rule, taken flow, depth int) (on, left flow) {
	switch v.Kind {
	case nft.Accept:
		d.accept(by, taken)
	case nft.Drop:
		for _, p := range taken {
			d.hit(packet.Outcome{Verdict: ir.Drop}, by, p.packets)
		}
	case nft.Return:
		return nil, taken
	case nft.Jump:
		return d.chain(d.table.chains[v.Chain], taken, depth+1), nil
	case nft.Goto:
		return nil, d.chain(d.table.chains[v.Chain], taken, depth+1)
	default:
		d.lose(taken)
	}
	return nil, nil
}

// accept ends the base chain only. The rule counts that let packets through first.
func (d *deciding) accept(by *Rule, taken flow) {
	for i := range taken {
		if taken[i].by == nil {
			taken[i].by = by
		}
	}
	d.passed = d.passed.join(taken)
}

// queue lets through what user space gives back.
func (d *deciding) queue(number string, by *Rule, taken flow) {
	for i := range taken {
		if taken[i].queue != "" {
			number = taken[i].queue + ", " + number
		}
		taken[i].queue, taken[i].by = number, nil
	}
	d.accept(by, taken)
}

// reject answers all but those to and from many.
func (d *deciding) reject(o packet.Outcome, by *Rule, taken flow) {
	many := union(d.universe, silent[d.ip])
	for _, p := range taken {
		d.hit(o, by, p.packets.Minus(many))
		d.hit(packet.Outcome{Verdict: ir.Drop}, by, p.packets.Intersect(many))
	}
}

// split divides packets by whether they pass the tests of a move.
func (d *deciding) split(m *move, in flow) (taken, rest flow) {
	if len(m.tests)+len(m.marks) == 0 {
		return in, nil
	}
	all := d.universe.All()
	for _, t := range m.tests {
		all = all.Intersect(t.packets(d.universe))
	}
	for _, p := range in {
		s := all
		for _, t := range m.marks {
			s = s.Intersect(p.mark.packets(d.universe, t))
		}
		taken, rest = taken.keep(p, p.packets.Intersect(s)), rest.keep(p, p.packets.Minus(s))
	}
	return taken, rest
}
