package space

import (
	"slices"

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

// marking is what has become of the mark that a packet came with: of its own bits those
// of keep are left, and those of set are the other way round.
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

// asks works a test out. Where the answer depends on the accept mark that a packet came
// with, Yes is for those with it, or if it is not wanted for those without.
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
	t := r.tables[nft.Inet]
	for _, c := range t.chains {
		if rules, _ := r.rules(t, c); slices.ContainsFunc(rules, asksForMark) {
			return true
		}
	}
	return false
}

func asksForMark(r *nft.Rule) bool {
	return slices.ContainsFunc(r.Stmts, func(s nft.Stmt) bool {
		switch s := s.(type) {
		case *nft.Masked:
			return s.Field == nft.Mark && s.Mask.Lo&acceptMark != 0
		case *nft.Compare:
			return s.Field == nft.Mark
		}
		return false
	})
}

func setsMark(r *nft.Rule) bool {
	return slices.ContainsFunc(r.Stmts, func(s nft.Stmt) bool {
		_, ok := s.(*nft.SetMark)
		return ok
	})
}
