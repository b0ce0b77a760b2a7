package analysis

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// This file compares with brute force: rules over so few values that every kind
// of packet can be tried one by one.

// tiny draws rules over four addresses, four ports and three protocols.
type tiny struct{ *rand.Rand }

func (d tiny) addr() *ir.Addr {
	if d.IntN(3) == 0 {
		return nil
	}
	a := netip.AddrFrom4([4]byte{10, 0, 0, byte(d.IntN(4))})
	return &ir.Addr{Prefixes: []netip.Prefix{netip.PrefixFrom(a, 30+d.IntN(3)).Masked()}}
}

func (d tiny) rule() *ir.Rule {
	r := &ir.Rule{Families: ir.Both, Verdict: ir.Verdict{Kind: []ir.VerdictKind{ir.Accept, ir.Drop, ir.Drop, ir.Reject}[d.IntN(4)]}}
	r.Match.Source = d.addr()
	if d.IntN(2) == 0 {
		r.Match.Dest = d.addr()
	}
	switch d.IntN(4) {
	case 0:
		r.Match.Proto = &ir.Proto{Number: 1}
	case 1, 2:
		first := uint16(1 + d.IntN(4))
		last := min(4, first+uint16(d.IntN(3)))
		r.Match.Proto, r.Match.DPort = &ir.Proto{Number: 6}, &ir.Ports{Ranges: []ir.PortRange{{First: first, Last: last}}}
	}
	switch d.IntN(12) {
	case 0:
		r.Log = &ir.Log{Level: 6}
	case 1:
		r.Verdict.Queue = &ir.Queue{Text: "1"}
	}
	return r
}

// list is rules with a closing one; every other list has a group in it.
func (d tiny) list() []ir.Node {
	var nodes []ir.Node
	for range 3 + d.IntN(9) {
		nodes = append(nodes, d.rule())
	}
	if d.IntN(2) == 0 {
		body := &ir.Body{Nodes: asNodes([]*ir.Rule{d.rule(), d.rule(), d.rule()}), Build: [2]ir.Build{ir.Whole(3), ir.Whole(3)}}
		call := &ir.Call{Families: ir.Both, Group: &ir.Group{In: body, Out: body}, Match: ir.Match{In: []string{"", "a"}[d.IntN(2)]}}
		nodes = slices.Insert(nodes, d.IntN(len(nodes)), ir.Node(call))
	}
	last := d.rule()
	last.Match, last.Origin = ir.Match{}, ir.Origin{}.With(ir.ByPolicy, "policy_in")
	return append(nodes, last)
}

// packets are one of every kind that such rules can tell apart.
func (d tiny) packets() []*packet.Packet {
	addrs := []netip.Addr{netip.MustParseAddr("172.16.0.1")}
	for i := range byte(4) {
		addrs = append(addrs, netip.AddrFrom4([4]byte{10, 0, 0, i}))
	}
	var all []*packet.Packet
	for _, source := range addrs {
		for _, dest := range addrs {
			for _, in := range []string{"a", "b"} {
				p := packet.Packet{Source: source, Dest: dest, In: in, State: ir.New}
				for port := range uint16(5) {
					p := p
					p.Proto, p.DPort = 6, port
					all = append(all, &p)
				}
				icmp, udp := p, p
				icmp.Proto, udp.Proto = 1, 17
				all = append(all, &icmp, &udp)
			}
		}
	}
	return all
}

// brute is a list as a plain table: which packets match which item.
type brute struct {
	items   []Item
	matches [][]bool // by item and packet
	count   int
}

func newBrute(items []Item, all []*packet.Packet) *brute {
	b := &brute{items: items, count: len(all)}
	e := &packet.Evaluator{}
	for _, item := range items {
		row := make([]bool, len(all))
		for k, p := range all {
			row[k] = e.Matches(&item.Rule.Match, p) && (item.Within == nil || e.Matches(&item.Within.Match, p))
		}
		b.matches = append(b.matches, row)
	}
	return b
}

// first is the first item of those not skipped that takes a packet.
func (b *brute) first(p, from int, skipped func(int) bool) int {
	for i := from; i < len(b.items); i++ {
		if b.matches[i][p] && !skipped(i) {
			return i
		}
	}
	return -1
}

func (b *brute) alike(i, k int) bool {
	x, y := b.items[i], b.items[k]
	return x.Verdict.Kind == y.Verdict.Kind && (x.Rule.Log == nil) == (y.Rule.Log == nil) && (x.Verdict.Queue == nil) == (y.Verdict.Queue == nil)
}

// deletable: covered, and not the policy.
func (b *brute) deletable(k int) bool {
	return b.items[k].Cover.Covered == packet.Yes && k < len(b.items)-1
}

// check compares every answer about a list, and returns how many items were
// covered and redundant.
func (b *brute) check(t *testing.T, seed uint64) (covered, redundant int) {
	none := func(int) bool { return false }
	var gone []int
	for i := len(b.items) - 1; i >= 0; i-- {
		c := b.items[i].Cover
		var own []int // the packets that come to it
		empty := true
		for p := range b.count {
			empty = empty && !b.matches[i][p]
			if b.first(p, 0, none) == i {
				own = append(own, p)
			}
		}
		if c.Empty != empty || (c.Covered == packet.Yes) != (len(own) == 0) || c.Covered == packet.Unknown {
			t.Fatalf("list %d item %d: %+v, but it decides %d packets", seed, i, c, len(own))
		}
		same := len(own) > 0 && b.items[i].Rule.Log == nil && i < len(b.items)-1
		for _, p := range own {
			heir := b.first(p, i+1, func(k int) bool {
				return slices.Contains(gone, k) || b.deletable(k) && b.alike(i, k)
			})
			same = same && heir >= 0 && b.alike(i, heir)
		}
		if (c.Redundant == packet.Yes) != same || c.Redundant == packet.Unknown {
			t.Fatalf("list %d item %d: redundant %s, should be %v", seed, i, c.Redundant, same)
		}
		if same {
			gone, redundant = append(gone, i), redundant+1
		}
		if len(own) == 0 {
			covered++
		}
	}
	b.checkDeletion(t, seed, gone)
	return covered, redundant
}

// checkDeletion: one redundant item, or everything covered and redundant at once,
// can go without any packet noticing.
func (b *brute) checkDeletion(t *testing.T, seed uint64, gone []int) {
	all := func(k int) bool { return slices.Contains(gone, k) || b.deletable(k) }
	for p := range b.count {
		before := b.first(p, 0, func(int) bool { return false })
		for _, i := range append(gone, -1) {
			skipped := all
			if i >= 0 {
				skipped = func(k int) bool { return k == i }
			}
			if after := b.first(p, 0, skipped); after < 0 || !b.alike(before, after) {
				t.Fatalf("list %d: without item %d a packet of item %d goes to %d", seed, i, before, after)
			}
		}
	}
}

// checkNames: the heirs of an item take over all that it decides, and a rule that
// is named as undercutting another accepts some of its packets.
func (b *brute) checkNames(t *testing.T, seed uint64) {
	for i, item := range b.items {
		for p := range b.count {
			if b.first(p, 0, func(int) bool { return false }) == i && item.Cover.Redundant == packet.Yes {
				if !slices.ContainsFunc(item.Cover.Heirs, func(k int) bool { return k > i && b.matches[k][p] && b.alike(i, k) }) {
					t.Fatalf("list %d item %d: the heirs %v miss a packet", seed, i, item.Cover.Heirs)
				}
			}
		}
		for _, k := range item.Cover.Undercut {
			taken := false
			for p := range b.count {
				taken = taken || b.matches[i][p] && b.first(p, 0, func(int) bool { return false }) == k
			}
			if !taken || k >= i || b.items[k].Verdict.Kind != ir.Accept {
				t.Fatalf("list %d item %d: item %d does not undercut it", seed, i, k)
			}
		}
	}
}

func TestShadowingAndRedundancyEqualBruteForce(t *testing.T) {
	covered, redundant, undercut := 0, 0, 0
	const lists = 600
	for seed := range uint64(lists) {
		d := tiny{rand.New(rand.NewPCG(seed, 7))}
		items := (&Analyzer{}).List(d.list(), ir.In, ir.V4)
		b := newBrute(items, d.packets())
		c, r := b.check(t, seed)
		b.checkNames(t, seed)
		covered, redundant = covered+c, redundant+r
		for _, item := range items {
			undercut += len(item.Cover.Undercut)
		}
	}
	if covered < lists/4 || redundant < lists/4 || undercut < lists/20 {
		t.Errorf("%d covered, %d redundant, %d undercut in %d lists", covered, redundant, undercut, lists)
	}
	t.Logf("%d lists: %d items covered, %d redundant, %d undercut", lists, covered, redundant, undercut)
}
