package chain

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// This file asks about single packets, many of them: what a kernel would do with a
// text by Walk, and what the policy's interpreter says. Neither knows of sets of
// packets, so they judge the proofs.

// fate is what becomes of a packet by the policy, as packet.Evaluator decides it.
func (v *proving) fate(e *packet.Evaluator, q question, p packet.Packet) packet.Outcome {
	for i := range q.stages {
		s := &q.stages[i]
		var d packet.Decision
		if s.chain != nil {
			d = e.Chain(s.chain, &p)
		} else {
			d = e.Frame(s.body, &p)
		}
		if d.Decided {
			return v.outcome(q, s, d, &p)
		}
	}
	return packet.Outcome{Verdict: ir.Accept, Marked: p.Marked && q.marks}
}

func (v *proving) outcome(q question, s *stage, d packet.Decision, p *packet.Packet) packet.Outcome {
	b, isBuiltin := d.Node.(*ir.Builtin)
	switch d.Verdict.Kind {
	case ir.Accept:
		o := packet.Outcome{Verdict: ir.Accept, Marked: q.marks && (s.marks || p.Marked)}
		if isBuiltin && (b.Kind == ir.DropNoise || b.Kind == ir.RejectNoise) {
			o.Marked = false
		}
		if d.Verdict.Queue != nil {
			o.Queue = orElse(d.Verdict.Queue.Text, "0")
		}
		if isBuiltin && b.Kind == ir.IPSEstablished {
			o.Queue = q.queue
		}
		return o
	case ir.Drop:
		return packet.Outcome{Verdict: ir.Drop}
	}
	w := &walking{Netfilter: v.net, packet: p, evaluator: packet.NewEvaluator(v.policy)}
	if w.silent(true) {
		return packet.Outcome{Verdict: ir.Drop}
	}
	for _, a := range answers[v.family] {
		if a.proto == p.Proto || a.proto == 0 {
			return packet.Outcome{Verdict: ir.Reject, Answer: a.answer}
		}
	}
	panic("unreachable: the last answer is for all protocols")
}

// pool is the values that matches speak of, and their neighbours.
type pool struct {
	family    ir.Family
	addresses []netip.Addr
	ports     []uint16
	protos    []uint8
	types     [][2]uint8
	names     []string
	macs      []string
}

func newPool(f ir.Family, matches []*ir.Match) *pool {
	l := &pool{family: f, ports: []uint16{9999, 20000}, protos: []uint8{1, 6, 17, 33, 47, 58, 132, 136}, names: []string{"", "lo", "vmbr9"},
		types: [][2]uint8{{8, 0}, {3, 4}, {11, 0}, {128, 0}, {133, 0}, {134, 0}, {135, 0}, {255, 0}}, macs: []string{"", "02:00:00:00:00:99"}}
	l.text("255.255.255.255", "224.0.0.1", "100.100.1.2", "0.0.0.0", "ff02::1", "2001:db8:100::2", "fe80::1")
	for _, m := range matches {
		l.match(m)
	}
	return l
}

func (l *pool) text(list ...string) {
	for _, text := range list {
		l.near(netip.MustParseAddr(text))
	}
}

func (l *pool) near(a netip.Addr) {
	for _, x := range []netip.Addr{a, a.Next(), a.Prev()} {
		if x.IsValid() && x.Is6() == (l.family == ir.V6) {
			l.addresses = append(l.addresses, x)
		}
	}
}

func (l *pool) match(m *ir.Match) {
	l.names = append(l.names, m.In, m.Out)
	l.macs = append(l.macs, m.NotMAC)
	l.address(m.Source)
	l.address(m.Dest)
	for _, list := range []*ir.Ports{m.SPort, m.DPort} {
		if list != nil {
			for _, r := range list.Ranges {
				l.ports = append(l.ports, r.First-1, r.First, r.Last, r.Last+1)
			}
		}
	}
	if m.Proto != nil {
		l.protos = append(l.protos, m.Proto.Number)
	}
	if m.ICMP != nil {
		l.types = append(l.types, [2]uint8{m.ICMP.Type, uint8(max(m.ICMP.Code, 0))})
	}
}

func (l *pool) address(a *ir.Addr) {
	switch {
	case a == nil:
	case a.Set != nil:
		for _, e := range a.Set.Entries {
			l.prefix(e.Prefix)
		}
	case a.Range != nil:
		l.near(a.Range.First)
		l.near(a.Range.Last)
	default:
		for _, p := range a.Prefixes {
			l.prefix(p)
		}
	}
}

func (l *pool) prefix(p netip.Prefix) {
	if !p.IsValid() {
		return
	}
	l.near(p.Masked().Addr())
	raw := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < len(raw)*8; bit++ {
		raw[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ := netip.AddrFromSlice(raw)
	l.near(last)
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// packet draws one; ordinary ones more often.
func (l *pool) packet(r *rand.Rand) *packet.Packet {
	p := &packet.Packet{Family: l.family, Source: pick(r, l.addresses), Dest: pick(r, l.addresses), Proto: pick(r, l.protos),
		SPort: pick(r, l.ports), DPort: pick(r, l.ports), State: ir.New, Flags: 2, Marked: r.IntN(3) == 0,
		In: pick(r, l.names), Out: pick(r, l.names), MAC: pick(r, l.macs)}
	t := pick(r, l.types)
	p.ICMPType, p.ICMPCode = t[0], t[1]
	if r.IntN(4) == 0 {
		p.State = pick(r, []ir.State{ir.EstablishedState, ir.Related, ir.Invalid, ir.Untracked})
		p.Flags = pick(r, []uint8{0, 1, 2, 3, 4, 6, 16, 18, 20, 41, 63})
	}
	return p
}

// What is said of all packets is true of each: Decide puts every packet into the
// one outcome that Walk finds for it.
func TestDecideAgreesWithWalk(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	asked := 0
	for _, s := range subjects(t) {
		for _, v := range provings(s.texts, s.policy) {
			for _, q := range v.questions() {
				u, _ := v.cutter.Cut(v.matches(q))
				fates, l := v.net.Decide(u, q.at), newPool(v.family, v.matches(q))
				for range 20 {
					p := l.packet(r)
					fate := v.net.Walk(q.at, p)
					asked++
					for _, o := range fates.Outcomes() {
						if got, want := fates.Outcome(o).Contains(p), yes(fate.Known && o == fate.Outcome); got != want {
							t.Fatalf("%s: %s: %+v gets %+v, and is in %s: %s", s.name, q.where, p, fate, o, got)
						}
					}
					if o := v.fate(packet.NewEvaluator(v.policy), q, *p); !v.refused && q.counts(fate.Outcome) != o {
						t.Fatalf("%s: %s: %+v gets %+v by the text, %s by the policy", s.name, q.where, p, fate, o)
					}
				}
			}
		}
	}
	if asked < 5000 {
		t.Errorf("only %d packets were asked about", asked)
	}
}

// counts forgets the mark where it does not count.
func (q question) counts(o packet.Outcome) packet.Outcome {
	o.Marked = o.Marked && q.marks
	return o
}
