package netlink

import (
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// single is the field that is loaded, if it is one as a whole.
func (d *decoder) single() (nft.Field, bool) {
	if len(d.loads) != 1 || d.loads[0].word != unix.NFT_REG_1 {
		return 0, false
	}
	f, size, ok := d.field(d.loads[0])
	return f, ok && (d.loads[0].load != nft.LoadPayload || size == f.Spec().Size)
}

// field is the field at the beginning of what was loaded, and how many bytes of it.
func (d *decoder) field(l loaded) (f nft.Field, size int, ok bool) {
	for f := nft.NFProto; f <= nft.DestType; f++ {
		s := f.Spec()
		if s.Load != l.load || s.Key != l.key || s.Load == nft.LoadPayload && (s.Offset != l.from || !d.fits(f, int(l.size))) {
			continue
		}
		return f, min(s.Size, int(l.size)), true
	}
	return 0, 0, false
}

// fits reports whether so many bytes at a field's place can be the field: of an address
// the beginning, of anything else all of it, and in messages of ICMP what their
// protocol has there.
func (d *decoder) fits(f nft.Field, size int) bool {
	switch f {
	case nft.ICMPType, nft.ICMPCode:
		return d.l4 == unix.IPPROTO_ICMP
	case nft.ICMP6Type, nft.ICMP6Code:
		return d.l4 == unix.IPPROTO_ICMPV6
	case nft.SourcePort, nft.DestPort, nft.TCPFlags:
		return size >= f.Spec().Size && d.l4 != unix.IPPROTO_ICMP && d.l4 != unix.IPPROTO_ICMPV6
	}
	return isAddress(f) || size >= f.Spec().Size
}

func (d *decoder) cmp(a attributes) error {
	data, op := a.get(unix.NFTA_CMP_DATA).get(unix.NFTA_DATA_VALUE), expr.CmpOp(number32(a.get(unix.NFTA_CMP_OP)))
	if len(d.loads) != 1 || d.loads[0].word != unix.NFT_REG_1 || len(data) == 0 {
		return errUse
	}
	switch op {
	case expr.CmpOpEq, expr.CmpOpNeq:
		if d.mask != nil {
			return d.masked(data, op == expr.CmpOpNeq)
		}
		return d.compare(data, op == expr.CmpOpNeq)
	case expr.CmpOpGte:
		if f, ok := d.single(); ok && d.mask == nil && d.lowest == nil && len(data) == f.Spec().Size {
			d.lowest = data
			return nil
		}
	case expr.CmpOpLte:
		if f, ok := d.single(); ok && d.mask == nil && len(d.lowest) == len(data) {
			return d.add(&nft.Between{Field: f, First: valueOf(f, d.lowest), Last: valueOf(f, data)})
		}
	}
	return errUse
}

// masked is bits under a mask, or the prefix of an address.
func (d *decoder) masked(data []byte, not bool) error {
	f, ok := d.single()
	if size := f.Spec().Size; !ok || len(data) != size || len(d.mask) != size || !zeros(d.flip) {
		return errUse
	}
	if isAddress(f) && !isPrefix(d.mask) {
		return errUse
	}
	return d.add(&nft.Masked{Field: f, Not: not, Mask: valueOf(f, d.mask), Value: valueOf(f, data)})
}

// isPrefix reports whether a mask is ones and then zeros.
func isPrefix(mask []byte) bool {
	rest := false
	for _, b := range mask {
		if rest && b != 0 || ^b&(^b+1) != 0 {
			return false
		}
		rest = rest || b != 0xff
	}
	return true
}

// compare is one field, or its beginning, or several beside each other, which nft
// compares at once.
func (d *decoder) compare(data []byte, not bool) error {
	l := d.loads[0]
	if l.load != nft.LoadPayload {
		f, _, ok := d.field(l)
		size := f.Spec().Size
		begins := ok && f.Spec().Name && len(data) < size
		if !ok || len(data) != size && !begins {
			return errUse
		}
		return d.equal(nft.Compare{Field: f, Not: not, Value: valueOf(f, data), Begins: begins})
	}
	if int(l.size) != len(data) {
		return errUse
	}
	for len(data) > 0 {
		f, size, ok := d.field(l)
		switch {
		case !ok || not && size < len(data):
			return errUse
		case size < f.Spec().Size:
			d.prefix(f, data[:size], not)
		default:
			_ = d.equal(nft.Compare{Field: f, Not: not, Value: valueOf(f, data[:size])})
		}
		data, l.from, l.size = data[size:], l.from+uint32(size), l.size-uint32(size)
	}
	return nil
}

func (d *decoder) equal(c nft.Compare) error {
	if c.Field == nft.L4Proto && !c.Not {
		d.l4 = c.Value.Lo
	}
	return d.add(d.stock.compares.put(c))
}

// prefix is the beginning of an address in whole bytes.
func (d *decoder) prefix(f nft.Field, data []byte, not bool) {
	mask, value := make([]byte, f.Spec().Size), make([]byte, f.Spec().Size)
	for i, c := range data {
		mask[i], value[i] = 0xff, c
	}
	_ = d.add(&nft.Masked{Field: f, Not: not, Mask: valueOf(f, mask), Value: valueOf(f, value)})
}

func (d *decoder) between(a attributes) error {
	f, ok := d.single()
	from, to := a.get(unix.NFTA_RANGE_FROM_DATA).get(unix.NFTA_DATA_VALUE), a.get(unix.NFTA_RANGE_TO_DATA).get(unix.NFTA_DATA_VALUE)
	if size := f.Spec().Size; !ok || d.mask != nil || len(from) != size || len(to) != size {
		return errUse
	}
	return d.add(&nft.Between{Field: f, Not: expr.CmpOp(number32(a.get(unix.NFTA_RANGE_OP))) == expr.CmpOpNeq, First: valueOf(f, from), Last: valueOf(f, to)})
}

// lookup is a set or a map over fields beside each other.
func (d *decoder) lookup(a attributes) error {
	s := d.sets[text(a.get(unix.NFTA_LOOKUP_SET))]
	if s == nil || d.mask != nil || len(d.loads) != len(s.Key) {
		return errUse
	}
	var fields []nft.Field
	word := 0
	for _, l := range d.loads {
		f, size, ok := d.field(l)
		if !ok || l.load == nft.LoadPayload && (size != f.Spec().Size || int(l.size) != size) || l.word != register(word) || f.Spec().Type != s.Key[len(fields)].Spec().Type {
			return errUse
		}
		fields = append(fields, f)
		word += words(f)
	}
	if s.Name == "" {
		s.Key = fields // a set of several rules keeps the first fields of their types
	}
	if a.get(unix.NFTA_LOOKUP_DREG) != nil {
		return d.add(&nft.Dispatch{Fields: fields, Map: s})
	}
	return d.add(&nft.Lookup{Fields: fields, Set: s, Not: number32(a.get(unix.NFTA_LOOKUP_FLAGS))&unix.NFT_LOOKUP_F_INV != 0})
}
