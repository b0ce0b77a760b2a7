package space

import (
	"github.com/pvefw/pvefw/ir/packet"
)

// fates is what becomes of all packets of one family on one way.
type fates struct {
	hits    []hit
	effects map[string]packet.Set
	lost    packet.Set
}

// outcomes are the packets by outcome. Together they are all that are not lost.
func (f *fates) outcomes() map[Outcome]packet.Set {
	out := map[Outcome]packet.Set{}
	for _, h := range f.hits {
		if old, ok := out[h.Outcome]; ok {
			out[h.Outcome] = old.Union(h.packets)
			continue
		}
		out[h.Outcome] = h.packets
	}
	return out
}

// differing are the packets that get other outcomes on the two sides.
func differing(u *packet.Universe, a, b *fates) packet.Set {
	was, is := a.outcomes(), b.outcomes()
	rest := u.None()
	for o, s := range was {
		if same, ok := is[o]; ok {
			s = s.Minus(same)
		}
		rest = rest.Union(s)
	}
	return rest.Minus(a.lost).Minus(b.lost)
}
