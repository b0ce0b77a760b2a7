package space

import (
	"maps"
	"slices"

	"github.com/pvefw/pvefw/ir/packet"
)

// fates is what becomes of all packets of one family on one way.
type fates struct {
	hits    []hit
	effects map[string]packet.Set
	lost    packet.Set
}

// outcomes are the packets by outcome, in the order of the first hits. Together they are
// all that are not lost.
func (f *fates) outcomes() []hit {
	var list []hit
next:
	for _, h := range f.hits {
		for i := range list {
			if list[i].Outcome == h.Outcome {
				list[i].packets = list[i].packets.Union(h.packets)
				continue next
			}
		}
		list = append(list, hit{Outcome: h.Outcome, packets: h.packets})
	}
	return list
}

// without is the packets of an outcome that do not get it on the other side.
func (h *hit) without(others []hit) packet.Set {
	s := h.packets
	for i := range others {
		if others[i].Outcome == h.Outcome {
			s = s.Minus(others[i].packets)
		}
	}
	return s
}

// differing are the packets that get other outcomes on the two sides, of those that
// neither has lost. Where one side leaves open which of two rules decides, but both
// decide alike, only the way back tells that nothing differs.
func differing(u *packet.Universe, a, b *fates) packet.Set {
	was, is := a.outcomes(), b.outcomes()
	there := missing(u, was, is)
	if !there.Exact() {
		back := missing(u, is, was)
		there = packet.Between(there.Lower().Union(back.Lower()), there.Upper().Intersect(back.Upper()))
	}
	return there.Minus(a.lost).Minus(b.lost)
}

// missing are the packets that get other outcomes. Each side holds all packets, so it is
// enough to look from one.
func missing(u *packet.Universe, these, others []hit) packet.Set {
	rest := u.None()
	for i := range these {
		rest = rest.Union(these[i].without(others))
	}
	return rest
}

// effect is the packets with an effect.
func (f *fates) effect(what string, u *packet.Universe) packet.Set {
	if s, ok := f.effects[what]; ok {
		return s.Minus(f.lost)
	}
	return u.None()
}

// allEffects are those of either side, in byte order.
func allEffects(a, b *fates) []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(a.effects)), maps.Keys(b.effects))
	slices.Sort(names)
	return slices.Compact(names)
}
