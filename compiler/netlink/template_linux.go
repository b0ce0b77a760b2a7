package netlink

import (
	"bytes"

	"github.com/google/nftables/expr"
	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// form is everything about a statement that changes more of its encoding than the
// values in it.
type form struct {
	build  builder
	fields uint32 // one to four, a byte each, plus one
	named  uint8  // length of the name in it
	size   uint8  // bytes that are compared
	choice uint8  // whatever else there is
}

// builder says which function makes the expressions of a form.
type builder uint8

// maker returns expressions for values, which have the lengths that the form implies.
type maker func(f form, v [][]byte) []expr.Any

// template is the encoding of a form with gaps for the values.
type template struct {
	bytes []byte
	gaps  []int // where the values stand, each once
}

// newTemplate lets the library encode the form, and finds each value's place by
// encoding it again with another one. Invariant: for all values, the template with the
// values in its gaps is what the library encodes.
func newTemplate(f form, sizes []int) *template {
	values := make([][]byte, len(sizes))
	for i, n := range sizes {
		values[i] = bytes.Repeat([]byte{0x55}, n)
	}
	t := &template{bytes: encode(f, values)}
	for i, n := range sizes {
		values[i] = bytes.Repeat([]byte{0x2a}, n)
		t.gaps = append(t.gaps, gap(t.bytes, encode(f, values), n))
		values[i] = bytes.Repeat([]byte{0x55}, n)
	}
	return t
}

// gap is where two encodings differ, in n bytes and nowhere else.
func gap(a, b []byte, n int) int {
	if len(a) != len(b) {
		panic("unreachable: a value changes the length of an encoding")
	}
	at := 0
	for at < len(a) && a[at] == b[at] {
		at++
	}
	if at+n > len(a) || !bytes.Equal(a[at+n:], b[at+n:]) {
		panic("unreachable: a value does not stand in one place")
	}
	return at
}

// encode is what the library makes of a form: a list of expressions.
func encode(f form, values [][]byte) []byte {
	var out []byte
	for _, e := range makers[f.build](f, values) {
		data, err := expr.Marshal(unix.NFPROTO_INET, e) // no expression in use depends on the family
		if err == nil {
			data, err = netlink.MarshalAttributes([]netlink.Attribute{{Type: unix.NLA_F_NESTED | unix.NFTA_LIST_ELEM, Data: data}})
		}
		if err != nil {
			panic("unreachable: " + err.Error())
		}
		out = append(out, data...)
	}
	return out
}

// stamp writes a form with the encoder's values in it.
func (e *encoder) stamp(f form) {
	if e.watch != nil {
		e.watch(f, e.values)
	}
	t := e.templates[f]
	if t == nil {
		sizes := make([]int, len(e.values))
		for i := range e.values {
			sizes[i] = len(e.values[i])
		}
		t = newTemplate(f, sizes)
		e.templates[f] = t
	}
	at := len(e.b)
	e.b = append(e.b, t.bytes...)
	for i, g := range t.gaps {
		copy(e.b[at+g:], e.values[i])
	}
	e.values, e.scratch = e.values[:0], e.scratch[:0]
}

// fieldsOf packs fields into a form.
func fieldsOf(fields ...nft.Field) uint32 {
	var packed uint32
	for i, f := range fields {
		packed |= uint32(f+1) << (8 * i)
	}
	return packed
}

// unpack are the fields of a form.
func (f form) unpack() []nft.Field {
	var out []nft.Field
	for p := f.fields; p != 0; p >>= 8 {
		out = append(out, nft.Field(p&0xff-1))
	}
	return out
}
