package space

import (
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir/packet"
)

// The bits of the packet's mark that mean something: that a guest was allowed to send
// it, which a packet may tell when it comes (reference/pve-firewall §6.6), and the two
// that only pvefw's own chains set, so that they are clear at the beginning of a way.
const (
	acceptMark  = 0x80000000
	bridgedMark = 0x40000000
	foreignMark = 0x20000000
)

// marking is what has become of the mark that a packet came with: the bits of keep are
// still its own, the others are those of set; bits of flip are the other way round.
type marking struct{ keep, set uint32 }

var unmarked = marking{keep: ^uint32(bridgedMark | foreignMark)}

// after is the marking behind a statement.
func (m marking) after(s *nft.SetMark) marking {
	return marking{keep: m.keep & s.Keep, set: m.set&s.Keep ^ s.Flip}
}

// markTest asks for the bits under a mask.
type markTest struct {
	mask, value uint32
	not         bool
}

// asks works a test out: the answer, which for packets that come with the accept mark
// is other than for the rest where depends holds; then Yes needs wanted.
func (m marking) asks(t markTest) (answer packet.Answer, depends, wanted bool) {
	known := t.mask &^ m.keep
	switch {
	case t.value&^t.mask != 0 || m.set&known != t.value&known:
		return packet.No, false, false
	case t.mask&m.keep&^acceptMark != 0:
		return packet.Unknown, false, false
	case t.mask&m.keep == 0:
		return packet.Yes, false, false
	}
	return packet.Yes, true, (t.value^m.set)&acceptMark != 0
}

// packets is what passes a test, of packets with the marking.
func (m marking) packets(u *packet.Universe, t markTest) packet.Set {
	answer, depends, wanted := m.asks(t)
	s := u.All()
	switch {
	case answer == packet.No:
		s = u.None()
	case answer == packet.Unknown:
		s = maybe(s)
	case depends && wanted:
		s = u.Match(&accepted)
	case depends:
		s = u.Match(&accepted).Complement()
	}
	if t.not {
		return s.Complement()
	}
	return s
}

// maybe is a set of which nobody knows how much of s it is.
func maybe(s packet.Set) packet.Set { return packet.Between(s.Minus(s).Lower(), s.Upper()) }

// asksForMark reports whether a rule of the node asks what guests were allowed to send.
func (r *reading) asksForMark() bool {
	for _, c := range r.tables[nft.Inet].chains {
		rules, _ := r.rules(r.tables[nft.Inet], c)
		for _, rule := range rules {
			for _, s := range rule.Stmts {
				if m, ok := s.(*nft.Masked); ok && m.Field == nft.Mark && m.Mask.Lo&acceptMark != 0 {
					return true
				}
			}
		}
	}
	return false
}
