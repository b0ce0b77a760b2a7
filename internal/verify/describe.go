package verify

import (
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// described is packets that a test speaks of, in both families.
type described struct {
	family [2]clauses
	mac    bool // the test names a source MAC; so below
	source bool
	dest   bool
	sport  bool
	state  bool
	icmp   bool
}

// families is a word or a list of them as matches of both families.
type families [2][]*ir.Match

// reading reads descriptions.
type reading struct {
	*World
	*complaints
	into described
}

// describe reads all lists of a description.
func (w *World) describe(c *complaints, p *Packets) described {
	r := &reading{World: w, complaints: c}
	d := &r.into
	d.mac, d.sport, d.state = len(p.MAC) > 0, len(p.SPort) > 0, len(p.State) > 0
	source, dest := r.addresses(c, p.Source), r.addresses(c, p.Dest)
	r.both(source.clause(atSource))
	r.both(dest.clause(atDest))
	d.source, d.dest = source.restricted, dest.restricted
	r.traffic(p)
	if d.state {
		r.both(r.states(p.State))
	}
	for _, word := range splitAll(p.MAC) {
		r.mac(word)
	}
	return r.into
}

// both adds a clause that is the same in both families.
func (r *reading) both(c clause) {
	for f := range r.into.family {
		r.into.family[f] = append(r.into.family[f], c)
	}
}

// traffic reads what is about protocols.
func (r *reading) traffic(p *Packets) {
	protos := splitAll(p.Proto)
	r.words(protos, "a protocol", protocolIn)
	only := uint8(0)
	for _, w := range protos {
		n, ok := packet.ReadProtocol(w.Text)
		if len(protos) == 1 {
			only = n
		}
		if ok && len(p.DPort)+len(p.SPort) > 0 && !facts.ProtocolHasPorts(protoName(n)) {
			r.at(w, "protocol "+w.Text+" has no ports")
		}
	}
	const port = "a port from 0 to 65535, a range such as 8000:8010, or a known service"
	r.words(splitAll(p.DPort), port, func(text string, _ ir.Family) ([]*ir.Match, bool) {
		list, ok := portsOf(text, only)
		return []*ir.Match{{DPort: list}}, ok
	})
	r.words(splitAll(p.SPort), port, func(text string, _ ir.Family) ([]*ir.Match, bool) {
		list, ok := portsOf(text, only)
		return []*ir.Match{{SPort: list}}, ok
	})
	r.words(splitAll(p.ICMP), "a type of ICMP or ICMPv6", icmpOf)
	r.words(splitAll(p.Service), "a macro, a service or PROTOCOL/PORTS", service)
	r.words(splitAll(p.Builtin), "dhcp, igmp or ndp", housekeeping)
}

// words adds a clause of all words of a list, unless the list is empty. A word that
// one family knows and the other does not is nothing in the other.
func (r *reading) words(list []Word, what string, read func(string, ir.Family) ([]*ir.Match, bool)) {
	if len(list) == 0 {
		return
	}
	var all families
	for _, w := range list {
		known := false
		for f := ir.V4; f <= ir.V6; f++ {
			if matches, ok := read(w.Text, f); ok {
				known = true
				all[f] = append(all[f], matches...)
			}
		}
		if !known {
			r.bad(w, what)
		}
	}
	for f := range all {
		r.into.family[f] = append(r.into.family[f], anyOf(all[f]...))
		for _, m := range all[f] {
			r.into.icmp = r.into.icmp || m.ICMP != nil || m.Proto != nil && m.Proto.Number == ownICMP(ir.Family(f))
		}
	}
}

func (r *reading) states(words []Word) clause {
	var set ir.State
	for _, w := range splitAll(words) {
		s, ok := packet.ReadState(w.Text)
		if !ok {
			r.bad(w, "new, established, related, invalid or untracked")
		}
		set |= s
	}
	return inState(set)
}

func (r *reading) mac(w Word) {
	mac, ok := packet.ReadMAC(w.Text)
	if !ok {
		r.bad(w, "a MAC address")
		return
	}
	r.both(fromMAC(mac))
}

// usual are restrictions of what a test leaves open, so that "allow" is about the
// packets that an honest sender would send: the first of a TCP connection opens it,
// ports are not 0, and addresses are those of single stations.
func (d *described) usual(f ir.Family, from, to end) clauses {
	var list clauses
	if !d.state {
		opens := &ir.Match{Flags: &ir.TCPFlags{Mask: 0x3f, Want: 2}}
		list = append(list, either(noneOf(protocol(protoTCP)), anyOf(opens)))
	}
	if !d.sport {
		list = append(list, noneOf(&ir.Match{SPort: portRange(0, 0)}))
	}
	if !d.source {
		list = append(list, noneOf(&ir.Match{SrcType: ir.Multicast}, &ir.Match{SrcType: ir.Broadcast}), from.own(f))
	}
	if !d.dest {
		list = append(list, noneOf(&ir.Match{DstType: ir.Multicast}, &ir.Match{DstType: ir.Broadcast}), to.reached(f))
	}
	if !d.mac && from.nic != nil && from.nic.MAC != "" {
		list = append(list, ownMAC(from.nic.MAC))
	}
	return list
}

// own are the packets with a source address that the sender may use, as far as its
// filter tells.
func (e end) own(f ir.Family) clause {
	if e.nic == nil {
		return e.addressed(f, atSource)
	}
	for _, n := range e.nic.Out.Live(f) {
		if b, ok := n.(*ir.Builtin); ok && b.Kind == ir.IPFilter && b.Families.Has(f) && b.Set != nil {
			return anyOf(atSource(&ir.Addr{Set: b.Set}))
		}
	}
	return noneOf()
}

// reached are the packets to an address of the node, where they are known.
func (e end) reached(f ir.Family) clause { return e.addressed(f, atDest) }

func (e end) addressed(f ir.Family, at func(*ir.Addr) *ir.Match) clause {
	if e.zone != "host" {
		return noneOf()
	}
	var list []*ir.Match
	for _, a := range e.node.Addresses {
		if a.Is4() == (f == ir.V4) {
			list = append(list, at(single(a)))
		}
	}
	if len(list) == 0 {
		return noneOf()
	}
	return anyOf(list...)
}
