package listing

import (
	"slices"

	"github.com/pvefw/pvefw/compiler/nft"
)

// need is a test that nft does not print where what follows can only be read behind it:
// "ip saddr" and "tcp dport" say themselves of which protocol the packet is. Without the
// test in the kernel nft would print the place in the header by number.
type need struct {
	family uint8 // an nfproto, or arp
	proto  uint8 // an IP protocol
}

const (
	familyIP  = 2
	familyIP6 = 10
	arp       = 255 // no nfproto
)

// implied are the needs of headers, by nft's words.
var implied = map[string]need{
	"ip": {family: familyIP}, "ip6": {family: familyIP6}, "arp": {family: arp},
	"icmp": {proto: 1}, "tcp": {proto: 6}, "udp": {proto: 17}, "dccp": {proto: 33}, "icmpv6": {proto: 58},
	"sctp": {proto: 132}, "udplite": {proto: 136},
}

// supply puts the tests into a rule that nft left out, where Build has them: the family
// first, then the protocol; or, as its short lists of answers have it, the protocol last
// before what needs it. It returns all forms, nil where the needs contradict each other.
func (b *body) supply(family nft.Family) [][]nft.Stmt {
	all, ok := b.needed()
	if !ok {
		return nil
	}
	stmts, first := b.stmts, b.first
	if all.family != 0 {
		test, ok := familyTest(family, all.family)
		if !ok {
			return nil
		}
		if !asks(stmts, test.Field) {
			stmts, first = slices.Insert(stmts, 0, nft.Stmt(test)), first+1
		}
	}
	if all.proto == 0 || asks(stmts, nft.L4Proto) {
		return [][]nft.Stmt{stmts}
	}
	front := 0
	for front < len(stmts) && isFamilyTest(stmts[front]) {
		front++
	}
	var forms [][]nft.Stmt
	for _, at := range []int{front, max(front, first)} {
		test := nft.Stmt(&nft.Compare{Field: nft.L4Proto, Value: nft.Value{Lo: uint64(all.proto)}})
		forms = append(forms, slices.Insert(slices.Clone(stmts), at, test))
	}
	return forms
}

// needed joins the needs of a rule, false where no packet has them all.
func (b *body) needed() (all need, ok bool) {
	for _, n := range b.needs {
		if n.family != 0 && all.family != 0 && n.family != all.family || n.proto != 0 && all.proto != 0 && n.proto != all.proto {
			return all, false
		}
		all.family, all.proto = max(all.family, n.family), max(all.proto, n.proto)
	}
	return all, true
}

// familyTest asks for a family in the word of the table.
func familyTest(table nft.Family, family uint8) (*nft.Compare, bool) {
	if family == arp {
		return &nft.Compare{Field: nft.Protocol, Value: nft.Value{Lo: 0x0806}}, table == nft.Bridge
	}
	if table == nft.Inet {
		return &nft.Compare{Field: nft.NFProto, Value: nft.Value{Lo: uint64(family)}}, true
	}
	return &nft.Compare{Field: nft.Protocol, Value: nft.Value{Lo: map[uint8]uint64{familyIP: 0x0800, familyIP6: 0x86dd}[family]}}, true
}

// asks reports whether a rule has a test of one value of the field already.
func asks(stmts []nft.Stmt, f nft.Field) bool {
	return slices.ContainsFunc(stmts, func(s nft.Stmt) bool {
		c, ok := s.(*nft.Compare)
		return ok && c.Field == f && !c.Not
	})
}

func isFamilyTest(s nft.Stmt) bool {
	switch s := s.(type) {
	case *nft.Compare:
		return s.Field <= nft.Protocol
	case *nft.Lookup:
		return s.Fields[0] <= nft.Protocol
	}
	return false
}
