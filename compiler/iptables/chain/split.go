package chain

import (
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// acceptMark is the bit of the packet mark that says that a guest was allowed to
// send a packet. It is the one that a packet.Packet can tell.
const acceptMark = 0x80000000

// marking is what has become of the mark that a packet came with: the bits of keep
// are still its own, then those of flip are the other way round.
type marking struct{ keep, flip uint32 }

var untouched = marking{keep: 0xffffffff}

// set is the MARK target: the bits of mask are cleared, then those of value
// flipped.
func (m marking) set(value, mask uint32) marking {
	return marking{m.keep &^ mask, m.flip&^mask ^ value}
}

// asks works a mark test out: what it demands of the mark that the packet came
// with. Unknown is one of other bits than the accept mark.
func (m marking) asks(t *markTest) (answer packet.Answer, wantMarked bool) {
	known := t.mask &^ m.keep
	switch {
	case t.value&^t.mask != 0 || m.flip&known != t.value&known:
		return packet.No, false
	case t.mask&m.keep&^acceptMark != 0:
		return packet.Unknown, false
	case t.mask&m.keep == 0:
		return packet.Yes, false
	}
	return packet.Yes, (t.value^m.flip)&acceptMark != 0
}

// marked is the packets of a marking whose accept mark is set now.
func (d *deciding) marked(m marking) packet.Set {
	switch {
	case m.keep&acceptMark == 0 && m.flip&acceptMark != 0:
		return d.universe.All()
	case m.keep&acceptMark == 0:
		return d.universe.None()
	}
	came := d.universe.Match(&marked)
	if m.flip&acceptMark != 0 {
		return came.Complement()
	}
	return came
}

// split divides packets by whether they match a rule.
func (d *deciding) split(r *Rule, in flow) (taken, rest flow) {
	condition := d.condition(r)
	for _, p := range in {
		c := condition
		for _, t := range r.tests {
			if t, ok := t.(*markTest); ok {
				c = c.Intersect(d.mark(p.mark, t))
			}
		}
		taken = taken.keep(p.mark, p.packets.Intersect(c))
		rest = rest.keep(p.mark, p.packets.Minus(c))
	}
	return taken, rest
}

// keep adds packets unless there are certainly none.
func (f flow) keep(m marking, s packet.Set) flow {
	if s.Empty() == packet.Yes {
		return f
	}
	return append(f, part{m, s})
}

func (d *deciding) mark(m marking, t *markTest) packet.Set {
	answer, want := m.asks(t)
	s := d.universe.All()
	switch {
	case answer == packet.No:
		s = d.universe.None()
	case answer == packet.Unknown:
		s = d.maybe(s)
	case t.mask&m.keep&acceptMark != 0:
		s = d.universe.Match(&marked)
		if !want {
			s = s.Complement()
		}
	}
	if t.not {
		return s.Complement()
	}
	return s
}

// maybe is a set of which nobody knows how much of s it is.
func (d *deciding) maybe(s packet.Set) packet.Set {
	return packet.Between(d.universe.None(), s.Upper())
}

// condition is the packets that pass all tests but those of the mark.
func (d *deciding) condition(r *Rule) packet.Set {
	s := d.universe.All()
	for _, t := range r.tests {
		switch t := t.(type) {
		case *packetTest:
			s = s.Intersect(d.packets(t))
		case *setTest:
			s = s.Intersect(d.members(t))
		case *portTest:
			if d.at.ask(t) == packet.Unknown {
				s = d.maybe(s)
			}
		}
	}
	if r.strange != "" {
		s = d.maybe(s)
	}
	return s
}

func (d *deciding) packets(t *packetTest) packet.Set {
	s := d.universe.None()
	for i := range t.any {
		s = s.Union(d.universe.Match(&t.any[i]))
	}
	if t.not {
		return s.Complement()
	}
	return s
}

func (d *deciding) members(t *setTest) packet.Set {
	m := d.set(t)
	switch {
	case m == nil:
		return d.maybe(d.universe.All())
	case t.not:
		return d.universe.Match(m).Complement()
	}
	return d.universe.Match(m)
}

// verdict notes the end of packets.
func (d *deciding) verdict(t *target, taken flow) {
	switch t.kind {
	case accept:
		d.decide(packet.Outcome{Verdict: ir.Accept}, taken)
	case queue:
		d.decide(packet.Outcome{Verdict: ir.Accept, Queue: t.what}, taken)
	case reject:
		d.decide(packet.Outcome{Verdict: ir.Reject, Answer: t.what}, taken)
	default:
		d.decide(packet.Outcome{Verdict: ir.Drop}, taken)
	}
}

// decide adds packets to their outcome. The kernel sends no answer to what went to
// many or claims to come from many.
func (d *deciding) decide(o packet.Outcome, f flow) {
	for _, p := range f {
		switch o.Verdict {
		case ir.Accept:
			marked := d.marked(p.mark)
			d.outcome(packet.Outcome{Verdict: o.Verdict, Queue: o.Queue, Marked: true}, p.packets.Intersect(marked))
			d.outcome(packet.Outcome{Verdict: o.Verdict, Queue: o.Queue}, p.packets.Minus(marked))
		case ir.Reject:
			many := unanswered(d.universe, false)
			d.outcome(o, p.packets.Minus(many))
			d.outcome(packet.Outcome{Verdict: ir.Drop}, p.packets.Intersect(many))
		default:
			d.outcome(o, p.packets)
		}
	}
}

func (d *deciding) outcome(o packet.Outcome, s packet.Set) { addOutcome(d.fates.outcomes, o, s) }

func addOutcome(outcomes map[packet.Outcome]packet.Set, o packet.Outcome, s packet.Set) {
	if s.Empty() == packet.Yes {
		return
	}
	if old, ok := outcomes[o]; ok {
		s = old.Union(s)
	}
	outcomes[o] = s
}

// silent are the matches of packets that nobody answers; the last is for ICMP.
var silent = [2][]ir.Match{
	ir.V4: {{SrcType: ir.Broadcast}, {SrcType: ir.Multicast}, {DstType: ir.Broadcast}, {DstType: ir.Multicast}, {Proto: &ir.Proto{Number: 1}}},
	ir.V6: {{SrcType: ir.Multicast}, {DstType: ir.Multicast}, {Proto: &ir.Proto{Number: 58}}},
}

// unanswered is the packets to and from many, with icmp also those of ICMP.
func unanswered(u *packet.Universe, icmp bool) packet.Set {
	s := u.None()
	for i, list := 0, silent[u.Family()]; i < len(list); i++ {
		if icmp || i < len(list)-1 {
			s = s.Union(u.Match(&list[i]))
		}
	}
	return s
}
