package space

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// This file says of a policy, in the words of outcomes, what its program has to do.

// list is nodes that packets pass: a frame or an endpoint's chain. Those that it does
// not decide go on with the next one.
type list struct {
	dir    ir.Direction
	nodes  []ir.Node
	closes bool // it is an endpoint's chain, whose last node is its policy
	marks  bool // what it accepts a guest was allowed to send
	vmid   int
	chain  string // of the production daemon, which log texts begin with
}

func frame(b *ir.Body, f ir.Family) list {
	if b == nil || !b.Build[f].Hooked {
		return list{}
	}
	return list{dir: b.Dir, nodes: b.Nodes[:b.Build[f].Nodes], chain: "PVEFW-FORWARD"}
}

// matches gathers what packets must be told apart by.
func (l *list) matches(f ir.Family) []*ir.Match { return packet.ListMatches(f, l.dir, l.nodes) }

// expecting gathers what a policy does with all packets.
type expecting struct {
	*packet.Universe
	question *question
	list     *list
	rest     packet.Set // undecided before the list at hand
	fates    fates
}

// expect decides packets by lists.
func expect(u *packet.Universe, q *question, packets packet.Set) *fates {
	e := &expecting{Universe: u, question: q, rest: packets, fates: fates{effects: map[string]packet.Set{}, lost: u.None()}}
	for i := range q.raw {
		e.effect(q.raw[i].what, packets.Intersect(u.Match(&q.raw[i].match)))
	}
	for i := range q.lists {
		e.pass(&q.lists[i])
	}
	e.accept(packet.Outcome{}, e.rest, u.Match(&accepted))
	return &e.fates
}

func (e *expecting) pass(l *list) {
	e.list = l
	for i, n := range l.nodes {
		if b, ok := n.(*ir.Builtin); ok && b.Kind == ir.ConnMark && b.Families.Has(e.Family()) {
			through := e.Decide(l.nodes[:i], l.dir, nil).Through
			e.effect("connmark "+strconv.Itoa(b.Mark), through.Intersect(e.rest))
		}
	}
	e.rest = e.rest.Intersect(e.Decide(l.nodes, l.dir, e.decided).Through)
}

func (e *expecting) effect(what string, s packet.Set) {
	if old, ok := e.fates.effects[what]; ok {
		s = old.Union(s)
	}
	e.fates.effects[what] = s
}

func (e *expecting) decided(h packet.Hit) {
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
		e.hit(packet.Outcome{Verdict: ir.Drop}, packets)
	}
}

func (e *expecting) hit(o packet.Outcome, s packet.Set) {
	if s.Empty() != packet.Yes {
		e.fates.hits = append(e.fates.hits, hit{o, nil, s})
	}
}

// accepted works out the queue and the mark. The noise before a policy lets critical
// ICMP through without the mark, and known connections are queued by endpoint.
func (e *expecting) accepted(h packet.Hit, packets packet.Set) {
	queue, carry := h.Verdict.Queue, e.Match(&accepted)
	if e.list.marks {
		carry = e.All()
	}
	if b, ok := h.Node.(*ir.Builtin); ok {
		switch b.Kind {
		case ir.IPSEstablished:
			queue = e.question.queue
		case ir.DropNoise, ir.RejectNoise:
			carry = e.None()
		}
	}
	e.accept(packet.Outcome{Queue: queueText(queue)}, packets, carry)
}

// queueNumber reads a number as netfilter's tools do; what they refuse is 0.
func queueNumber(text string) uint16 {
	n, err := strconv.ParseUint(text, 0, 16)
	if err != nil {
		return 0
	}
	return uint16(n)
}

// queueText is the queue as netfilter numbers it; a pair that runs backwards is its
// first.
func queueText(q *ir.Queue) string {
	if q == nil {
		return ""
	}
	first, last, _ := strings.Cut(q.Text, ":")
	from, to := queueNumber(first), queueNumber(last)
	if from == 0 && to == 65535 {
		to-- // the kernel counts queues to 65535
	}
	return queueOf(&nft.Queue{First: from, Last: to})
}

// accept adds packets; those of carry are marked then.
func (e *expecting) accept(o packet.Outcome, packets, carry packet.Set) {
	if !e.question.marks {
		carry = e.None()
	}
	e.hit(o, packets.Minus(carry))
	o.Marked = true
	e.hit(o, packets.Intersect(carry))
}

// reject answers by protocol, as the reference does (reference/pve-firewall §6.6);
// ICMP and what goes to or comes from many is dropped, and everything where nobody can
// answer.
func (e *expecting) reject(packets packet.Set) {
	quiet := union(e.Universe, packet.Unanswered(e.Family()))
	if e.question.mute {
		quiet = e.All()
	}
	e.hit(packet.Outcome{Verdict: ir.Drop}, packets.Intersect(quiet))
	packets = packets.Minus(quiet)
	unreachable, prohibited := "icmp code 3", "icmp code 10"
	if e.Family() == ir.V6 {
		unreachable, prohibited = "icmpv6 code 4", "icmpv6 code 1"
	}
	opening, datagram := e.Match(&tcp), e.Match(&udp)
	e.hit(packet.Outcome{Verdict: ir.Reject, Answer: "tcp-reset"}, packets.Intersect(opening))
	e.hit(packet.Outcome{Verdict: ir.Reject, Answer: unreachable}, packets.Intersect(datagram))
	e.hit(packet.Outcome{Verdict: ir.Reject, Answer: prohibited}, packets.Minus(opening).Minus(datagram))
}

// logged is the effect that a rule's log is.
func (e *expecting) logged(h packet.Hit) string {
	chain, vmid, word := e.list.chain, e.list.vmid, h.Rule.Verdict.Kind.String()+": "
	b, builtin := h.Node.(*ir.Builtin)
	switch {
	case builtin:
		chain, vmid = logChains[b.Kind], 0
	case h.Within != nil:
		chain, vmid, word = "GROUP-"+h.Within.Group.Name+"-"+e.list.dir.String(), 0, ""
	case e.list.closes && h.Node == e.list.nodes[len(e.list.nodes)-1]:
		word = "policy " + word
	}
	return fmt.Sprintf("log :%d:%d:%s: %s", vmid, h.Rule.Log.Level, chain, word) + e.question.rate
}

// logChains are the chains in which built-ins log.
var logChains = map[ir.BuiltinKind]string{ir.Blacklist: "PVEFW-blacklist", ir.Smurfs: "PVEFW-smurflog", ir.BadTCPFlags: "PVEFW-logflags"}
