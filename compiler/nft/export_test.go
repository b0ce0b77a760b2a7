package nft

import (
	"math/rand/v2"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// This file lends the machine that runs single packets, and random policies, to the
// tests that stand outside of the package because they judge it by packet sets.

// RandomPolicy is a policy that nobody chose.
func RandomPolicy(seed uint64) *ir.Policy { return random(rand.New(rand.NewPCG(7, seed))).policy }

// RandomQuery is a packet for random policies.
func RandomQuery(r *rand.Rand) packet.Query { return (&maker{Rand: r}).query() }

// Busy is a node of many guests.
var Busy = busy

// Travel sends a packet over the wires of a node.
func Travel(program *Program, p *ir.Policy, q packet.Query, ownBridge bool) string {
	return string(travel(program, p, q, plumbing(ownBridge)))
}

// Fates sends a packet towards an endpoint, or from it, on every kind of wires, and tells
// what becomes of it on each: ACCEPT, DROP or REJECT. Endpoints are host, forward,
// bridged and NICs by their names.
func Fates(program *Program, policy *ir.Policy, endpoint string, d ir.Direction, p *packet.Packet) []string {
	outside := end{bridge: "otherbridge", port: "eth9"}
	s := sender{program: program, packet: p, in: interfaceNamed(p.In), out: interfaceNamed(p.Out)}
	switch {
	case endpoint == "host" && d == ir.In:
		s.send(direct, func(j *journey) {
			j.at(Inet, Prerouting, names2{in: s.in})
			j.at(Inet, Input, names2{in: s.in, out: s.out})
		})
	case endpoint == "host":
		s.send(direct, func(j *journey) { j.at(Inet, Output, names2{in: s.in, out: s.out}) })
	case endpoint == "forward":
		s.send(direct, func(j *journey) {
			j.at(Inet, Prerouting, names2{in: s.in})
			j.at(Inet, Forward, names2{in: s.in, out: s.out})
		})
	case endpoint == "bridged":
		s.send(direct, func(j *journey) { j.cross(outside, outside) })
	case d == ir.In:
		e := endOf(policy, endpoint)
		s.send(direct, func(j *journey) { j.cross(outside, e) })
		s.send(ownBridge, func(j *journey) { j.cross(outside, e) })
		s.send(direct, func(j *journey) {
			j.at(Inet, Output, names2{in: s.in, out: s.out})
			j.routed = true
			j.leave(e)
		})
	default:
		s.from = endOf(policy, endpoint)
		s.send(direct, func(j *journey) { j.at(Bridge, Prerouting, names2{in: s.from.port, inBridge: s.from.bridge}) })
		s.send(direct, func(j *journey) { j.cross(s.from, outside) })
		s.send(ownBridge, func(j *journey) { j.cross(s.from, outside) })
	}
	return s.fates
}

// interfaceNamed is an interface's name; nobody names the one of a packet without.
func interfaceNamed(name string) string {
	if name == "" {
		return "eth9"
	}
	return name
}

// sender sends one packet several ways.
type sender struct {
	program *Program
	packet  *packet.Packet
	from    end
	in, out string
	fates   []string
}

func (s *sender) send(way plumbing, over func(*journey)) {
	j := &journey{machine: &machine{program: s.program}, packet: fieldsOfPacket(s.packet, s.from), way: way, fate: passed}
	if s.packet.Marked {
		j.marked = acceptedMark
	}
	over(j)
	s.fates = append(s.fates, string(j.fate))
}

// cross is the way through a bridge.
func (j *journey) cross(from, to end) {
	j.enter(from)
	in, out := from.port, to.port
	if j.wrapped(from) {
		in = "fwpr" + own(from)
	}
	if j.wrapped(to) {
		out = "fwpr" + own(to)
	}
	j.at(Bridge, Forward, names2{in: in, out: out, inBridge: "otherbridge", outBridge: "otherbridge"})
	j.leave(to)
}

// fieldsOfPacket is what the headers of a packet say.
func fieldsOfPacket(p *packet.Packet, from end) fieldsOf {
	q, _ := p.Query("outside", "host")
	f := fieldsOfQuery(q, from)
	if p.Proto == protoTCP {
		f[TCPFlags] = number(uint64(p.Flags))
	}
	return f
}
