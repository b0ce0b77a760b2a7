package space

import (
	"fmt"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
)

// This file turns values of the packet's own fields into matches.

const (
	protoTCP = 6
	protoUDP = 17
)

var (
	accepted = ir.Match{AcceptedBySender: true}
	tcp      = ir.Match{Proto: &ir.Proto{Number: protoTCP}}
	udp      = ir.Match{Proto: &ir.Proto{Number: protoUDP}}
	ported   = ir.Match{DPort: &ir.Ports{Ranges: []ir.PortRange{{First: 0, Last: 0xffff}}}}
	ownICMP  = [2]ir.Match{{ICMP: &ir.ICMP{Any: true}}, {ICMP: &ir.ICMP{Any: true, V6: true}}}
)

// values is the packets whose fields are in a list.
func (r *reading) values(p *place, fields []nft.Field, list []nft.Element) *test {
	one := &test{when: p.headers(fields)}
	if len(fields) == 1 && r.together(one, p, fields[0], list) {
		return one
	}
	for i := range list {
		matches := []*ir.Match{{}}
		for k, f := range fields {
			if matches = p.narrow(matches, f, list[i].Key[k]); matches == nil {
				return &test{vague: true}
			}
		}
		one.any = append(one.any, matches...)
	}
	return one
}

// headers are the packets that have the headers in which the fields are; of each, all.
func (p *place) headers(fields []nft.Field) []*ir.Match {
	var list []*ir.Match
	for _, f := range fields {
		switch f {
		case nft.SourcePort, nft.DestPort:
			list = append(list, &ported)
		case nft.TCPFlags:
			list = append(list, &tcp)
		case nft.ICMPType, nft.ICMPCode, nft.ICMP6Type, nft.ICMP6Code:
			list = append(list, &ownICMP[p.ip])
		}
	}
	return list
}

// together makes one match of a whole list where the field allows it.
func (r *reading) together(one *test, p *place, f nft.Field, list []nft.Element) bool {
	m := &ir.Match{}
	switch f {
	case nft.IPSource, nft.IP6Source:
		m.Source = r.addresses(p.ip, f, list)
	case nft.IPDest, nft.IP6Dest:
		m.Dest = r.addresses(p.ip, f, list)
	case nft.SourcePort:
		m.SPort = portsOf(list)
	case nft.DestPort:
		m.DPort = portsOf(list)
	case nft.EtherSource:
		only := list[0].Key[0]
		if len(list) > 1 || only.First != only.Last {
			one.vague = true
			return true
		}
		m.NotMAC, one.not = hardware(only.First), true
	default:
		return false
	}
	one.any = []*ir.Match{m}
	return true
}

func hardware(v nft.Value) string {
	n := v.Lo
	return fmt.Sprintf("%02x:%02x:%02x:%02x:%02x:%02x", byte(n>>40), byte(n>>32), byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
}

func portsOf(list []nft.Element) *ir.Ports {
	out := &ir.Ports{Ranges: make([]ir.PortRange, len(list))}
	for i := range list {
		out.Ranges[i] = portRange(list[i].Key[0])
	}
	return out
}

func portRange(s nft.Span) ir.PortRange {
	return ir.PortRange{First: uint16(s.First.Lo), Last: uint16(s.Last.Lo)}
}

// narrow adds the value of a field to matches; nil where no match can say it.
func (p *place) narrow(matches []*ir.Match, f nft.Field, s nft.Span) []*ir.Match {
	var out []*ir.Match
	for _, m := range matches {
		for _, one := range p.changes(f, s) {
			narrowed := *m
			if !one(&narrowed) {
				return nil
			}
			out = append(out, &narrowed)
		}
	}
	return out
}

// mostValues bounds the values of one span of a field whose matches are single values:
// all of a byte.
const mostValues = 256

// change makes a match say a value of a field; it reports false where no match can.
type change func(*ir.Match) bool

func always(set func(*ir.Match)) []change { return provided(true, set) }

func provided(can bool, set func(*ir.Match)) []change {
	return []change{func(m *ir.Match) bool {
		set(m)
		return can
	}}
}

// changes are those of which one makes the field lie in a span.
func (p *place) changes(f nft.Field, s nft.Span) []change {
	switch f {
	case nft.IPSource, nft.IP6Source:
		return always(func(m *ir.Match) { m.Source = rangeOf(f, s) })
	case nft.IPDest, nft.IP6Dest:
		return always(func(m *ir.Match) { m.Dest = rangeOf(f, s) })
	case nft.SourcePort:
		return always(func(m *ir.Match) { m.SPort = &ir.Ports{Ranges: []ir.PortRange{portRange(s)}} })
	case nft.DestPort:
		return always(func(m *ir.Match) { m.DPort = &ir.Ports{Ranges: []ir.PortRange{portRange(s)}} })
	case nft.State:
		states := statesIn(func(bit uint64) bool { return inside(nft.Value{Lo: bit}, s) })
		return provided(states != 0, func(m *ir.Match) { m.State = states })
	case nft.InName:
		return provided(s.First == s.Last, func(m *ir.Match) { m.In = s.First.Name })
	case nft.OutName:
		return provided(s.First == s.Last, func(m *ir.Match) { m.Out = s.First.Name })
	}
	return p.singles(f, s)
}

// singles are the changes to each value of a span, none for too many.
func (p *place) singles(f nft.Field, s nft.Span) []change {
	if s.Last.Hi > 0 || s.Last.Less(s.First) || s.Last.Lo-s.First.Lo >= mostValues {
		return nil
	}
	var out []change
	for n := range s.Last.Lo - s.First.Lo + 1 {
		out = append(out, p.change(f, s.First.Lo+n))
	}
	return out
}

// change gives a field one value.
func (p *place) change(f nft.Field, n uint64) change {
	return func(m *ir.Match) bool {
		switch f {
		case nft.L4Proto: // a match of protocol 0 is one of all
			m.Proto = &ir.Proto{Number: uint8(n)}
			return n > 0
		case nft.TCPFlags:
			m.Flags = &ir.TCPFlags{Mask: 0xff, Want: uint8(n)}
		case nft.ICMPType, nft.ICMP6Type:
			if m.ICMP != nil {
				return false
			}
			m.ICMP = &ir.ICMP{V6: p.ip == ir.V6, Type: uint8(n), Code: -1}
		case nft.ICMPCode, nft.ICMP6Code:
			return setCode(m, n)
		case nft.SourceType:
			return addressType(&m.SrcType, n)
		case nft.DestType:
			return addressType(&m.DstType, n)
		default:
			return false
		}
		return true
	}
}

// setCode completes a type; a match cannot say a code alone.
func setCode(m *ir.Match, n uint64) bool {
	if m.ICMP == nil || m.ICMP.Code >= 0 {
		return false
	}
	typed := *m.ICMP
	typed.Code = int(n)
	m.ICMP = &typed
	return true
}

// codes completes a test of types in front of one of codes.
func (m *move) codes(fields []nft.Field, list []nft.Element) bool {
	if len(m.tests) == 0 || len(fields) != 1 || fields[0] != nft.ICMPCode && fields[0] != nft.ICMP6Code {
		return false
	}
	types := m.tests[len(m.tests)-1]
	var any []*ir.Match
	for _, was := range types.any {
		for i := range list {
			for n := list[i].Key[0].First.Lo; n <= min(list[i].Key[0].Last.Lo, mostValues-1); n++ {
				coded := *was
				if !setCode(&coded, n) {
					return false
				}
				any = append(any, &coded)
			}
		}
	}
	if types.not || len(any) == 0 {
		return false
	}
	types.any = any
	return true
}

// addressType reads a type that an address alone tells.
func addressType(t *ir.AddrType, n uint64) bool {
	known := map[uint64]ir.AddrType{3: ir.Broadcast, 4: ir.Anycast, 5: ir.Multicast} // RTN_*
	*t = known[n]
	return known[n] != ir.AnyType
}

// statesIn are the connection states whose bits are asked for.
func statesIn(asked func(bit uint64) bool) ir.State {
	var out ir.State
	for bit, state := range map[uint64]ir.State{1: ir.Invalid, 2: ir.EstablishedState, 4: ir.Related, 8: ir.New, 64: ir.Untracked} {
		if asked(bit) {
			out |= state
		}
	}
	return out
}

// masked asks for bits.
func (m *move) masked(p *place, s *nft.Masked) bool {
	if s.Field == nft.Mark {
		m.marks = append(m.marks, markTest{mask: uint32(s.Mask.Lo), value: uint32(s.Value.Lo), not: s.Not})
		return true
	}
	if k, _ := p.field(s.Field); k != ofPacket {
		return m.vague()
	}
	switch s.Field {
	case nft.State:
		states := statesIn(func(bit uint64) bool { return (bit&s.Mask.Lo == s.Value.Lo) != s.Not })
		m.tests = append(m.tests, &test{any: []*ir.Match{{State: states}}})
		return states != 0
	case nft.TCPFlags:
		flags := &ir.TCPFlags{Mask: uint8(s.Mask.Lo), Want: uint8(s.Value.Lo)}
		m.tests = append(m.tests, &test{any: []*ir.Match{{Flags: flags}}, not: s.Not, when: []*ir.Match{&tcp}})
		return true
	}
	return m.prefix(s)
}
