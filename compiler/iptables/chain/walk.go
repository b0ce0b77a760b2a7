package chain

import (
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// This file sends one packet through the rules, step by step as a kernel would. It
// shares nothing with decide.go but the reading of the text, and so checks it.

// Fate is what becomes of one packet.
type Fate struct {
	Known   bool // false where a rule that nobody here can read has a say
	Outcome packet.Outcome
	Rule    *Rule    // that decided; nil for a policy, or nothing
	Effects []string // in the order in which they happen
}

// Walk tells what becomes of a packet.
func (n *Netfilter) Walk(at Situation, p *packet.Packet) Fate {
	w := &walking{Netfilter: n, at: at, table: n.Rules.Table(at.Table), packet: p, evaluator: packet.NewEvaluator(&ir.Policy{}),
		mark: untouched, work: mostSteps}
	hook := w.table.Chain(at.Hook)
	var end ending
	if hook != nil {
		end = w.chain(hook, 0)
	}
	if end == fellThrough {
		w.fate.Known, w.fate.Outcome = true, packet.Outcome{Verdict: ir.Accept}
		if hook != nil && hook.Policy == "DROP" {
			w.fate.Outcome.Verdict = ir.Drop
		}
	}
	if w.fate.Outcome.Verdict == ir.Accept {
		w.fate.Outcome.Marked = (p.Marked && w.mark.keep&acceptMark != 0) != (w.mark.flip&acceptMark != 0)
	}
	return w.fate
}

type walking struct {
	*Netfilter
	at        Situation
	table     *Table
	packet    *packet.Packet
	evaluator *packet.Evaluator
	mark      marking
	work      int
	fate      Fate
}

// ending is how a chain ends for a packet.
type ending uint8

const (
	fellThrough ending = iota // or returned
	decided
	unclear
)

func (w *walking) chain(c *Chain, depth int) ending {
	if c.Unreadable != "" || depth > mostDepth {
		return unclear
	}
	for _, r := range c.Rules {
		if w.work--; w.work < 0 {
			return unclear
		}
		switch w.matches(r) {
		case packet.No:
			continue
		case packet.Unknown:
			if r.target.kind != nothing && r.target.kind != effect {
				return unclear
			}
			continue
		}
		if end, leaves := w.rule(r, depth); leaves {
			return end
		}
	}
	return fellThrough
}

// rule does what a rule that matches asks for, and tells whether the chain ends.
func (w *walking) rule(r *Rule, depth int) (end ending, leaves bool) {
	t := &r.target
	switch {
	case t.kind == nothing:
		return 0, false
	case t.kind == effect || r.rate != "":
		what := t.what
		if t.kind != effect {
			what = t.form()
		}
		if r.rate != "" {
			what += " " + r.rate
		}
		w.fate.Effects = append(w.fate.Effects, what)
		return 0, false
	case t.kind == setMark:
		w.mark = w.mark.set(t.value, t.mask)
		return 0, false
	case t.kind == back:
		return fellThrough, true
	case t.kind == toChain && w.table.Chain(t.name) != nil:
		end := w.chain(w.table.Chain(t.name), depth+1)
		return end, end != fellThrough || t.goes
	}
	return w.verdict(r), true
}

func (w *walking) verdict(r *Rule) ending {
	t := &r.target
	o := packet.Outcome{}
	switch t.kind {
	case accept:
		o.Verdict = ir.Accept
	case queue:
		o.Queue = t.what
	case drop:
		o.Verdict = ir.Drop
	case reject:
		o = packet.Outcome{Verdict: ir.Reject, Answer: t.what}
		if w.silent(false) {
			o = packet.Outcome{Verdict: ir.Drop}
		}
	default:
		return unclear
	}
	w.fate.Known, w.fate.Outcome, w.fate.Rule = true, o, r
	return decided
}

// silent reports whether nobody answers the packet.
func (w *walking) silent(icmp bool) bool {
	list := silent[w.Rules.Family]
	for i := range list {
		if (icmp || i < len(list)-1) && w.evaluator.Matches(&list[i], w.packet) {
			return true
		}
	}
	return false
}

// matches asks all tests; one that says no outweighs those that nobody can answer.
func (w *walking) matches(r *Rule) packet.Answer {
	answer := packet.Yes
	if r.strange != "" {
		answer = packet.Unknown
	}
	for _, t := range r.tests {
		switch w.test(t) {
		case packet.No:
			return packet.No
		case packet.Unknown:
			answer = packet.Unknown
		}
	}
	return answer
}

func (w *walking) test(t test) packet.Answer {
	switch t := t.(type) {
	case *packetTest:
		for i := range t.any {
			if w.evaluator.Matches(&t.any[i], w.packet) {
				return yes(!t.not)
			}
		}
		return yes(t.not)
	case *setTest:
		m := w.set(t)
		if m == nil {
			return packet.Unknown
		}
		return yes(w.evaluator.Matches(m, w.packet) != t.not)
	case *portTest:
		return w.at.ask(t)
	case *markTest:
		return w.marks(t)
	}
	return packet.Unknown
}

func (w *walking) marks(t *markTest) packet.Answer {
	answer, want := w.mark.asks(t)
	if answer == packet.Unknown {
		return packet.Unknown
	}
	depends := t.mask&w.mark.keep&acceptMark != 0
	return yes((answer == packet.Yes && (!depends || w.packet.Marked == want)) != t.not)
}

func yes(ok bool) packet.Answer {
	if ok {
		return packet.Yes
	}
	return packet.No
}
