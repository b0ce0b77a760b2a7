package chain

import (
	"fmt"
	"strconv"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// This file says of a policy, in the words of Fates, what its texts have to do.

// stage is one list that packets pass: a frame or an endpoint's chain. Those that
// it does not decide go on to the next stage.
type stage struct {
	body  *ir.Body
	chain *ir.Chain
	name  string // of the chain in the text, which log lines begin with
	vmid  int
	marks bool // what it accepts carries the accept mark from there on
}

func (s *stage) nodes(f ir.Family) []ir.Node {
	if s.chain != nil {
		return s.chain.Live(f)
	}
	if s.body == nil || !s.body.Build[f].Hooked {
		return nil
	}
	return s.body.Nodes[:s.body.Build[f].Nodes]
}

func (s *stage) dir() ir.Direction {
	if s.chain != nil {
		return s.chain.Dir
	}
	return ir.In
}

// closes reports whether a node is the endpoint's policy.
func (s *stage) closes(n ir.Node) bool {
	return s.chain != nil && len(s.chain.Nodes) > 0 && s.chain.Nodes[len(s.chain.Nodes)-1] == n
}

// expecting gathers what a policy does with all packets.
type expecting struct {
	universe *packet.Universe
	policy   *ir.Policy
	queue    string // that known connections to the endpoint go through
	stage    *stage
	rest     packet.Set // undecided before the stage at hand
	fates    Fates
}

// expect decides all packets by stages.
func expect(u *packet.Universe, p *ir.Policy, stages []stage, queue string) Fates {
	e := &expecting{universe: u, policy: p, queue: queue, rest: u.All(),
		fates: Fates{map[packet.Outcome]packet.Set{}, map[string]packet.Set{}, u.None()}}
	for i := range stages {
		e.pass(&stages[i])
	}
	e.accept(ir.Verdict{}, e.rest, e.came())
	return e.fates
}

func (e *expecting) pass(s *stage) {
	e.stage = s
	nodes := s.nodes(e.universe.Family())
	for i, n := range nodes {
		if b, ok := n.(*ir.Builtin); ok && b.Kind == ir.ConnMark && b.Families.Has(e.universe.Family()) {
			through := e.universe.Decide(nodes[:i], s.dir(), nil).Through
			e.effect(fmt.Sprintf("connmark %d/%#x", b.Mark, uint32(0xffffffff)), through.Intersect(e.rest))
		}
	}
	through := e.universe.Decide(nodes, s.dir(), e.hit).Through
	e.rest = e.rest.Intersect(through)
}

// came is the packets that came with the accept mark.
func (e *expecting) came() packet.Set { return e.universe.Match(&marked) }

func (e *expecting) hit(h packet.Hit) {
	packets := h.Packets.Intersect(e.rest)
	if h.Rule.Log != nil {
		e.effect(e.logged(h), packets)
	}
	switch h.Verdict.Kind {
	case ir.Accept:
		e.accepted(h, packets)
	case ir.Reject:
		e.reject(packets)
	default:
		addOutcome(e.fates.outcomes, packet.Outcome{Verdict: ir.Drop}, packets)
	}
}

func (e *expecting) effect(what string, s packet.Set) {
	if old, ok := e.fates.effects[what]; ok {
		s = old.Union(s)
	}
	e.fates.effects[what] = s
}

// accepted works out the queue and the mark. The noise chains let critical ICMP
// through without the mark, and known connections are queued by endpoint.
func (e *expecting) accepted(h packet.Hit, packets packet.Set) {
	v, carry := h.Verdict, e.came()
	if e.stage.marks {
		carry = e.universe.All()
	}
	if b, ok := h.Node.(*ir.Builtin); ok {
		switch b.Kind {
		case ir.IPSEstablished:
			v.Queue = nil
			if e.queue != "" {
				v.Queue = &ir.Queue{Text: e.queue}
			}
		case ir.DropNoise, ir.RejectNoise:
			carry = e.universe.None()
		}
	}
	e.accept(v, packets, carry)
}

// accept adds packets; those of carry have the accept mark then.
func (e *expecting) accept(v ir.Verdict, packets, carry packet.Set) {
	o := packet.Outcome{Verdict: ir.Accept}
	if v.Queue != nil {
		o.Queue = orElse(v.Queue.Text, "0")
	}
	addOutcome(e.fates.outcomes, o, packets.Minus(carry))
	o.Marked = true
	addOutcome(e.fates.outcomes, o, packets.Intersect(carry))
}

// answers are the kinds of answer by protocol (reference/pve-firewall §6.6); the
// one without a protocol is for all others.
var answers = [2][]struct {
	proto  uint8
	answer string
}{
	ir.V4: {{6, "tcp-reset"}, {17, "icmp-port-unreachable"}, {0, "icmp-host-prohibited"}},
	ir.V6: {{6, "tcp-reset"}, {17, "icmp6-port-unreachable"}, {0, "icmp6-adm-prohibited"}},
}

// reject answers by protocol. ICMP and what went to or came from many is dropped.
func (e *expecting) reject(packets packet.Set) {
	many := unanswered(e.universe, true)
	addOutcome(e.fates.outcomes, packet.Outcome{Verdict: ir.Drop}, packets.Intersect(many))
	packets = packets.Minus(many)
	for _, a := range answers[e.universe.Family()] {
		kind := e.universe.Match(&ir.Match{Proto: &ir.Proto{Number: a.proto}})
		addOutcome(e.fates.outcomes, packet.Outcome{Verdict: ir.Reject, Answer: a.answer}, packets.Intersect(kind))
		packets = packets.Minus(kind)
	}
}

// logged is the effect that a rule's log is.
func (e *expecting) logged(h packet.Hit) string {
	chain, vmid, word := e.stage.name, e.stage.vmid, h.Rule.Verdict.Kind.String()+": "
	b, isBuiltin := h.Node.(*ir.Builtin)
	switch {
	case isBuiltin:
		chain, vmid = logChains[b.Kind], 0
	case h.Within != nil:
		chain, vmid, word = "GROUP-"+h.Within.Group.Name+"-"+e.stage.dir().String(), 0, ""
	case e.stage.closes(h.Node):
		word = "policy " + word
	}
	return "log :" + strconv.Itoa(vmid) + ":" + strconv.Itoa(h.Rule.Log.Level) + ":" + chain + ": " + word + rateOf(e.policy.Limit)
}

// logChains are the chains in which built-ins log.
var logChains = map[ir.BuiltinKind]string{ir.Blacklist: "PVEFW-blacklist", ir.Smurfs: "PVEFW-smurflog", ir.BadTCPFlags: "PVEFW-logflags"}

// rateOf is what a limit adds to an effect.
func rateOf(l ir.LogLimit) string {
	if l.Off {
		return ""
	}
	burst := ""
	if l.Burst > 0 {
		burst = strconv.Itoa(l.Burst)
	}
	form, _ := limitForm(l.Rate, burst)
	return " " + form
}
