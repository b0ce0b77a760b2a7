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
	var out []string
	send := func(way plumbing, over func(j *journey)) {
		j := &journey{machine: &machine{program: program}, packet: fieldsOfPacket(p), way: way, fate: passed}
		if p.Marked {
			j.marked = acceptedMark
		}
		over(j)
		out = append(out, string(j.fate))
	}
	outside := end{bridge: "otherbridge", port: "eth9"}
	switch {
	case endpoint == "host" && d == ir.In:
		send(direct, func(j *journey) {
			j.at(Inet, Prerouting, names2{in: p.In})
			j.at(Inet, Input, names2{in: p.In, out: p.Out})
		})
	case endpoint == "host":
		send(direct, func(j *journey) { j.at(Inet, Output, names2{in: p.In, out: p.Out}) })
	case endpoint == "forward":
		send(direct, func(j *journey) {
			j.at(Inet, Prerouting, names2{in: p.In})
			j.at(Inet, Forward, names2{in: p.In, out: p.Out})
		})
	case endpoint == "bridged":
		send(direct, func(j *journey) { j.cross(outside, outside) })
	default:
		e := endOf(policy, endpoint)
		for _, way := range []plumbing{direct, ownBridge} {
			if d == ir.In {
				send(way, func(j *journey) { j.cross(outside, e) })
			} else {
				send(way, func(j *journey) { j.cross(e, outside) })
			}
		}
		if d == ir.In {
			send(direct, func(j *journey) {
				j.at(Inet, Output, names2{in: p.In, out: p.Out})
				j.routed = true
				j.leave(e)
			})
		}
	}
	return out
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
func fieldsOfPacket(p *packet.Packet) fieldsOf {
	q, _ := p.Query("outside", "host")
	f := fieldsOfQuery(q, end{})
	if p.Proto == protoTCP {
		f[TCPFlags] = number(uint64(p.Flags))
	}
	return f
}
