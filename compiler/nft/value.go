package nft

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
)

// number is a plain number as a value.
func number(n uint64) Value { return Value{Lo: n} }

// address is an address as a value.
func address(a netip.Addr) Value {
	if a.Is4() {
		b := a.As4()
		return Value{Lo: uint64(binary.BigEndian.Uint32(b[:]))}
	}
	b := a.As16()
	return Value{Hi: binary.BigEndian.Uint64(b[:8]), Lo: binary.BigEndian.Uint64(b[8:])}
}

// Addr is the value of an address field as an address.
func (v Value) Addr(f Field) netip.Addr {
	if f.Spec().Size == 4 {
		return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, uint32(v.Lo))))
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], v.Hi)
	binary.BigEndian.PutUint64(b[8:], v.Lo)
	return netip.AddrFrom16(b)
}

// Bytes appends the value as the kernel has it, in the field's byte order and size.
func (v Value) Bytes(f Field, to []byte) []byte {
	s := f.Spec()
	if s.Name {
		name := make([]byte, s.Size)
		copy(name, v.Name)
		return append(to, name...)
	}
	if s.Host {
		return binary.NativeEndian.AppendUint32(to, uint32(v.Lo))
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], v.Hi)
	binary.BigEndian.PutUint64(b[8:], v.Lo)
	return append(to, b[16-s.Size:]...)
}

// Less orders values of one field.
func (v Value) Less(w Value) bool {
	if v.Name != w.Name {
		return v.Name < w.Name
	}
	return v.Hi < w.Hi || v.Hi == w.Hi && v.Lo < w.Lo
}

// next is v+1; it wraps at 128 bits.
func (v Value) next() Value {
	lo, carry := bits.Add64(v.Lo, 1, 0)
	return Value{Hi: v.Hi + carry, Lo: lo}
}

// previous is v-1; it wraps at zero.
func (v Value) previous() Value {
	lo, borrow := bits.Sub64(v.Lo, 1, 0)
	return Value{Hi: v.Hi - borrow, Lo: lo}
}

// leading has the first n of size bits set.
func leading(n, size int) Value {
	ones := func(n int) uint64 { // the first n of 64
		return ^(^uint64(0) >> min(max(n, 0), 64))
	}
	if size <= 64 {
		return Value{Lo: ones(n) >> (64 - size)}
	}
	return Value{Hi: ones(n), Lo: ones(n - 64)}
}

// prefixSpan is the range of a prefix.
func prefixSpan(p netip.Prefix) Span {
	first := address(p.Addr())
	mask, all := leading(p.Bits(), p.Addr().BitLen()), leading(p.Addr().BitLen(), p.Addr().BitLen())
	return Span{First: first, Last: Value{Hi: first.Hi | all.Hi&^mask.Hi, Lo: first.Lo | all.Lo&^mask.Lo}}
}

// prefixOf is the length of the prefix that a span is, false where it is none.
func (s Span) prefixOf(size int) (int, bool) {
	hi, lo := s.First.Hi^s.Last.Hi, s.First.Lo^s.Last.Lo
	host := bits.Len64(lo)
	if hi != 0 {
		host = 64 + bits.Len64(hi)
	}
	mask := leading(size-host, size)
	all := leading(size, size)
	open := Value{Hi: all.Hi &^ mask.Hi, Lo: all.Lo &^ mask.Lo}
	aligned := s.First.Hi&open.Hi == 0 && s.First.Lo&open.Lo == 0 && s.Last.Hi&open.Hi == open.Hi && s.Last.Lo&open.Lo == open.Lo
	return size - host, aligned
}

// single reports whether the span is one value.
func (s Span) single() bool { return s.First == s.Last }

// meets reports whether two spans of one field have a value in common.
func (s Span) meets(t Span) bool { return !s.Last.Less(t.First) && !t.Last.Less(s.First) }
