package netlink

import (
	"slices"

	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

func (d *decoder) reject(a attributes) error {
	code := a.get(unix.NFTA_REJECT_ICMP_CODE)
	switch number32(a.get(unix.NFTA_REJECT_TYPE)) {
	case unix.NFT_REJECT_TCP_RST:
		return d.add(&nft.Reject{TCPReset: true})
	case unix.NFT_REJECT_ICMP_UNREACH:
		if r := (&nft.Reject{V6: d.v6()}); len(code) == 1 && slices.Contains(refusals[r.V6], code[0]) {
			r.Code = code[0]
			return d.add(r)
		}
	}
	return errUse
}

// refusals are the codes in use, by whether they are ICMPv6's.
var refusals = map[bool][]byte{false: {3, 10}, true: {1, 4}}

// v6 reports whether a statement before asked for IPv6: the kernel keeps no other sign
// of the kind of a refusal.
func (d *decoder) v6() bool {
	for _, s := range d.out {
		c, ok := s.(*nft.Compare)
		if ok && !c.Not && (c.Field == nft.NFProto && c.Value.Lo == unix.NFPROTO_IPV6 || c.Field == nft.Protocol && c.Value.Lo == unix.ETH_P_IPV6) {
			return true
		}
	}
	return false
}

func (d *decoder) queue(a attributes) error {
	first, total := number16(a.get(unix.NFTA_QUEUE_NUM)), number16(a.get(unix.NFTA_QUEUE_TOTAL))
	if total == 0 || int(first)+int(total) > 1<<16 || number16(a.get(unix.NFTA_QUEUE_FLAGS)) != unix.NFT_QUEUE_FLAG_BYPASS {
		return errUse
	}
	return d.add(&nft.Queue{First: first, Last: first + total - 1})
}

func (d *decoder) log(a attributes) error {
	if number16(a.get(unix.NFTA_LOG_GROUP)) != 0 || a.get(unix.NFTA_LOG_GROUP) == nil || number32(a.get(unix.NFTA_LOG_SNAPLEN)) != 0 || number16(a.get(unix.NFTA_LOG_QTHRESHOLD)) != 0 {
		return errUse
	}
	return d.add(&nft.Log{Prefix: text(a.get(unix.NFTA_LOG_PREFIX))})
}

// rate reads a limit of packets and whether it matches what is over it.
func rate(a attributes) (l nft.Limit, over, ok bool) {
	l = nft.Limit{Rate: number64(a.get(unix.NFTA_LIMIT_RATE)), Unit: nft.Unit(number64(a.get(unix.NFTA_LIMIT_UNIT))), Burst: number32(a.get(unix.NFTA_LIMIT_BURST))}
	over = number32(a.get(unix.NFTA_LIMIT_FLAGS))&unix.NFT_LIMIT_F_INV != 0
	known := l.Unit == nft.Second || l.Unit == nft.Minute || l.Unit == nft.Hour || l.Unit == nft.Day
	return l, over, known && l.Rate > 0 && number32(a.get(unix.NFTA_LIMIT_TYPE)) == unix.NFT_LIMIT_PKTS
}

func (d *decoder) limit(a attributes) error {
	l, over, ok := rate(a)
	if !ok || over {
		return errUse
	}
	return d.add(&l)
}

func (d *decoder) object(a attributes) error {
	h := d.helpers[text(a.get(unix.NFTA_OBJREF_IMM_NAME))]
	if h == nil || number32(a.get(unix.NFTA_OBJREF_IMM_TYPE)) != unix.NFT_OBJECT_CT_HELPER {
		return errUse
	}
	return d.add(&nft.SetHelper{Helper: h})
}

func (d *decoder) dynset(a attributes) error {
	s := d.sets[text(a.get(unix.NFTA_DYNSET_SET_NAME))]
	f, whole := d.single()
	e := a.get(unix.NFTA_DYNSET_EXPR)
	if s == nil || !whole || number32(a.get(unix.NFTA_DYNSET_OP)) != unix.NFT_DYNSET_OP_ADD || text(e.get(unix.NFTA_EXPR_NAME)) != "limit" || d.flip != nil && !zeros(d.flip) {
		return errUse
	}
	l, over, ok := rate(e.get(unix.NFTA_EXPR_DATA))
	if !ok || !over {
		return errUse
	}
	o := &nft.Overrun{Set: s, Field: f, Mask: ones(f), Limit: l}
	if d.mask != nil {
		if len(d.mask) != f.Spec().Size {
			return errUse
		}
		o.Mask = valueOf(f, d.mask)
	}
	return d.add(o)
}
