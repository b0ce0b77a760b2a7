package packet

import (
	"math/big"
	"net/netip"
	"testing"

	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/ir"
)

// This file compares sets with lists of packets: in a world so small that every
// packet that a match could tell apart is in the list.

// smallWorld is one packet for each combination of the values that smallMatch
// speaks of, and of one more value per field; of protocols one more with ports and
// one without.
func smallWorld() []*Packet {
	var world []*Packet
	for _, proto := range []uint8{protoICMP, protoTCP, protoUDP, protoDCCP, 47, 200} {
		for low := range byte(5) {
			for number := range uint16(5) {
				for _, state := range []ir.State{ir.New, ir.EstablishedState, ir.Related, ir.Invalid, ir.Untracked} {
					for _, in := range []string{"", "vmbr0"} {
						world = append(world, &Packet{Proto: proto, Source: netip.AddrFrom4([4]byte{0, 0, 0, low}), Dest: everybody4,
							DPort: number, ICMPType: uint8(number), ICMPCode: uint8(number), State: state, In: in})
					}
				}
			}
		}
	}
	return world
}

func smallMatch(t *rapid.T) ir.Match {
	m := ir.Match{State: ir.State(rapid.IntRange(0, 31).Draw(t, "state")), In: rapid.SampledFrom([]string{"", "", "vmbr0"}).Draw(t, "in")}
	low, high := rapid.Uint8Range(0, 3).Draw(t, "low"), rapid.Uint8Range(0, 3).Draw(t, "high")
	if low <= high {
		m.Source = &ir.Addr{Range: &ir.Range{First: netip.AddrFrom4([4]byte{0, 0, 0, low}), Last: netip.AddrFrom4([4]byte{0, 0, 0, high})}}
	}
	switch rapid.IntRange(0, 4).Draw(t, "kind") {
	case 0:
		m.Proto = rapid.SampledFrom([]*ir.Proto{tcp, udp, icmp, {Number: 47}}).Draw(t, "proto")
	case 1:
		m.DPort = &ir.Ports{Ranges: []ir.PortRange{{First: uint16(low), Last: uint16(high)}}}
	case 2:
		m.Proto, m.DPort = tcp, &ir.Ports{Ranges: []ir.PortRange{{First: uint16(low), Last: 3}}}
	case 3:
		m.Proto, m.ICMP = icmp, &ir.ICMP{Type: low, Code: -1}
	}
	return m
}

// combined is a set and the numbers of the world's packets in it.
type combined struct {
	set    Set
	member big.Int
}

func (c *combined) combine(t *rapid.T, o *combined) *combined {
	r := &combined{}
	switch rapid.IntRange(0, 3).Draw(t, "operation") {
	case 0:
		r.set = c.set.Union(o.set)
		r.member.Or(&c.member, &o.member)
	case 1:
		r.set = c.set.Intersect(o.set)
		r.member.And(&c.member, &o.member)
	case 2:
		r.set = c.set.Minus(o.set)
		r.member.AndNot(&c.member, &o.member)
	default:
		return c
	}
	return r
}

func TestSetsEqualBruteForce(t *testing.T) {
	world, e := smallWorld(), NewEvaluator(&ir.Policy{})
	rapid.Check(t, func(t *rapid.T) {
		var list []*combined
		u := NewUniverse(ir.V4)
		for range 5 {
			m := smallMatch(t)
			c := &combined{set: u.Match(&m)}
			for i, p := range world {
				if e.Matches(&m, p) {
					c.member.SetBit(&c.member, i, 1)
				}
			}
			list = append(list, c)
		}
		a := list[0].combine(t, list[1]).combine(t, list[2])
		b := list[3].combine(t, list[4]).combine(t, list[0])
		var outside big.Int
		outside.AndNot(&b.member, &a.member)
		for question, pair := range map[string][2]Answer{
			"empty":  {a.set.Empty(), yes(a.member.Sign() == 0)},
			"equal":  {a.set.Equal(b.set), yes(a.member.Cmp(&b.member) == 0)},
			"covers": {a.set.Covers(b.set), yes(outside.Sign() == 0)},
		} {
			if pair[0] != pair[1] {
				t.Fatalf("%s: %s, but counting says %s", question, pair[0], pair[1])
			}
		}
		for i, p := range world {
			if got := a.set.Contains(p); got != yes(a.member.Bit(i) == 1) {
				t.Fatalf("%s: %+v", got, p)
			}
		}
	})
}
