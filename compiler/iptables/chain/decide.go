package chain

import (
	"maps"
	"slices"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// Fates is what becomes of all packets of a family in one situation.
type Fates struct {
	outcomes map[packet.Outcome]packet.Set
	effects  map[string]packet.Set
	lost     packet.Set // packets of which nobody can tell what becomes
}

// Outcomes lists the outcomes that some packets certainly or possibly have, in no
// order.
func (f Fates) Outcomes() []packet.Outcome { return slices.Collect(maps.Keys(f.outcomes)) }

// Outcome is the packets with an outcome. Over all outcomes these are disjoint, and
// all packets together; where a rule could not be read they are inexact.
func (f Fates) Outcome(o packet.Outcome) packet.Set { return f.blurred(f.outcomes[o]) }

// Effects lists what happens to packets beside their verdict, in byte order: they
// are logged, their connection is marked or gets a helper, a verdict takes those
// above a rate.
func (f Fates) Effects() []string { return slices.Sorted(maps.Keys(f.effects)) }

// Effect is the packets with an effect.
func (f Fates) Effect(what string) packet.Set { return f.blurred(f.effects[what]) }

// blurred adds that the lost packets may be in a set too.
func (f Fates) blurred(s packet.Set) packet.Set {
	switch {
	case f.lost.Empty() == packet.Yes && s == packet.Set{}:
		return f.lost
	case f.lost.Empty() == packet.Yes:
		return s
	case s == packet.Set{}:
		return packet.Between(f.lost.Minus(f.lost).Lower(), f.lost.Upper())
	}
	return packet.Between(s.Lower(), s.Upper().Union(f.lost.Upper()))
}

// Decide tells what becomes of all packets. The universe should have been made for
// the Matches of the situation.
func (n *Netfilter) Decide(u *packet.Universe, at Situation) Fates {
	d := &deciding{Netfilter: n, universe: u, at: at, table: n.Rules.Table(at.Table), work: mostSteps,
		fates: Fates{map[packet.Outcome]packet.Set{}, map[string]packet.Set{}, u.None()}}
	hook := d.table.Chain(at.Hook)
	rest := flow{{untouched, u.All()}}
	if hook != nil {
		rest = d.chain(hook, rest, 0)
	}
	policy := ir.Accept
	if hook != nil && hook.Policy == "DROP" {
		policy = ir.Drop
	}
	d.decide(packet.Outcome{Verdict: policy}, rest)
	return d.fates
}

// What a text may ask for: steps through its rules, and chains within chains. The
// kernel refuses loops, but a text may hold them.
const (
	mostSteps = 1 << 20
	mostDepth = 64
)

// deciding is all packets on their way.
type deciding struct {
	*Netfilter
	universe *packet.Universe
	at       Situation
	table    *Table
	work     int
	fates    Fates
}

// flow is packets by what has become of their marks; disjoint, none empty.
type flow []part

type part struct {
	mark    marking
	packets packet.Set
}

func (f flow) all(u *packet.Universe) packet.Set {
	all := u.None()
	for _, p := range f {
		all = all.Union(p.packets)
	}
	return all
}

// join adds packets to a flow.
func (f flow) join(more flow) flow {
next:
	for _, p := range more {
		for i := range f {
			if f[i].mark == p.mark {
				f[i].packets = f[i].packets.Union(p.packets)
				continue next
			}
		}
		f = append(f, p)
	}
	return f
}

// chain sends packets through a chain and returns those that leave it undecided.
func (d *deciding) chain(c *Chain, in flow, depth int) (out flow) {
	if c.Unreadable != "" || depth > mostDepth {
		d.lose(in)
		return nil
	}
	for _, r := range c.Rules {
		if d.work--; d.work < 0 {
			d.lose(in)
			return out
		}
		if len(in) == 0 {
			break
		}
		if d.at.never(r) {
			continue
		}
		in, out = d.rule(r, in, out, depth)
	}
	return out.join(in)
}

// rule sends packets through one rule: in are those that go on with the next one
// then, out gains those that leave the chain.
func (d *deciding) rule(r *Rule, in, out flow, depth int) (flow, flow) {
	t := &r.target
	taken, rest := d.split(r, in)
	if len(taken) == 0 {
		return in, out
	}
	if r.rate != "" || t.kind == nothing || t.kind == effect {
		d.effect(r, taken)
		return in, out
	}
	switch t.kind {
	case back:
		return rest, out.join(taken)
	case setMark:
		for i := range taken {
			taken[i].mark = taken[i].mark.set(t.value, t.mask)
		}
		return rest.join(taken), out
	case toChain:
		c := d.table.Chain(t.name)
		if c == nil {
			break
		}
		back := d.chain(c, taken, depth+1)
		if t.goes {
			return rest, out.join(back)
		}
		return rest.join(back), out
	case accept, drop, reject, queue:
		d.verdict(t, taken)
		return rest, out
	}
	d.lose(taken)
	return rest, out
}

// lose gives up on packets.
func (d *deciding) lose(f flow) { d.fates.lost = d.fates.lost.Union(f.all(d.universe)) }

// effect notes what happens to packets that go on. A verdict that takes only some
// is one too.
func (d *deciding) effect(r *Rule, taken flow) {
	what := r.target.what
	if r.target.kind != effect {
		what = r.target.form()
	}
	if r.target.kind == nothing {
		return
	}
	if r.rate != "" {
		what += " " + r.rate
	}
	d.add(what, taken.all(d.universe))
}

func (d *deciding) add(what string, s packet.Set) {
	if old, ok := d.fates.effects[what]; ok {
		s = old.Union(s)
	}
	d.fates.effects[what] = s
}
