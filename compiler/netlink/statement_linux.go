package netlink

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math/bits"

	"github.com/pvefw/pvefw/compiler/nft"
)

// statement writes a statement: its form says which template, its values fill it.
func (e *encoder) statement(s nft.Stmt) error {
	switch s := s.(type) {
	case *nft.Compare:
		return e.compare(s)
	case *nft.Masked:
		e.masked(s)
	case *nft.Between:
		e.put(s.Field, s.First)
		e.put(s.Field, s.Last)
		e.stamp(form{build: buildBetween, fields: fieldsOf(s.Field), choice: choice(s.Not)})
	case *nft.Lookup:
		return e.lookup(buildLookup, s.Fields, s.Set, choice(s.Not))
	case *nft.Dispatch:
		return e.lookup(buildDispatch, s.Fields, s.Map, 0)
	case *nft.Verdict:
		return e.name(form{build: buildVerdict, choice: uint8(s.Kind)}, s.Chain)
	case *nft.Reject:
		e.stamp(rejectForm(s))
	default:
		return e.action(s)
	}
	return nil
}

// action writes what changes or tells something.
func (e *encoder) action(s nft.Stmt) error {
	switch s := s.(type) {
	case *nft.Queue:
		e.short(s.First)
		e.short(s.Last - s.First + 1)
		e.stamp(form{build: buildQueue})
	case *nft.Log:
		return e.name(form{build: buildLog}, s.Prefix)
	case *nft.Limit:
		e.limit(s)
		e.stamp(form{build: buildLimit})
	case *nft.SetMark:
		e.native(s.Keep)
		e.native(s.Flip)
		e.stamp(form{build: buildSetMark})
	case *nft.SetConnMark:
		e.native(s.Value)
		e.stamp(form{build: buildSetConnMark})
	case *nft.SetHelper:
		return e.name(form{build: buildSetHelper}, cmp.Or(e.helpers[s.Helper.Name], s.Helper.Name))
	case *nft.Overrun:
		return e.overrun(s)
	default:
		return fmt.Errorf("no encoding of a statement %T", s)
	}
	return nil
}

func (e *encoder) compare(s *nft.Compare) error {
	f := form{build: buildCompare, fields: fieldsOf(s.Field), choice: choice(s.Not)}
	if !s.Begins {
		e.put(s.Field, s.Value)
		e.stamp(f)
		return nil
	}
	if s.Value.Name == "" || len(s.Value.Name) > 15 {
		return fmt.Errorf("%q cannot begin the name of an interface", s.Value.Name)
	}
	f.size = uint8(len(s.Value.Name))
	e.raw(s.Value.Name)
	e.stamp(f)
	return nil
}

// masked compares whole bytes of an address where the prefix ends at one, as nft does:
// that saves the kernel an expression.
func (e *encoder) masked(s *nft.Masked) {
	f := form{build: buildMasked, fields: fieldsOf(s.Field), choice: choice(s.Not)}
	if n := wholeBytes(s); n > 0 {
		f.build, f.size = buildCompare, uint8(n)
		e.put(s.Field, s.Value)
		e.values[0] = e.values[0][:n]
	} else {
		e.put(s.Field, s.Mask)
		e.put(s.Field, s.Value)
	}
	e.stamp(f)
}

// wholeBytes is the length of the prefix in bytes, zero for another mask.
func wholeBytes(s *nft.Masked) int {
	if !isAddress(s.Field) {
		return 0
	}
	size := s.Field.Spec().Size
	mask := s.Mask.Bytes(s.Field, make([]byte, 0, 16))
	hi, lo := s.Mask.Hi, s.Mask.Lo
	n := bits.OnesCount64(hi) + bits.OnesCount64(lo)
	if n%8 != 0 || n == 8*size {
		return 0
	}
	for _, b := range mask[:n/8] {
		if b != 0xff {
			return 0
		}
	}
	return n / 8
}

func isAddress(f nft.Field) bool {
	return f == nft.ARPSource || f >= nft.IPSource && f <= nft.IP6Dest
}

// lookup writes loads beside each other and the look-up.
func (e *encoder) lookup(b builder, fields []nft.Field, s *nft.Set, choice uint8) error {
	if len(fields) == 0 || len(fields) > 4 {
		return fmt.Errorf("a key of %d fields", len(fields))
	}
	e.long(e.ids[s])
	return e.name(form{build: b, fields: fieldsOf(fields...), choice: choice}, e.setName(s))
}

// setName is the name of a set in messages; the kernel numbers anonymous ones.
func (e *encoder) setName(s *nft.Set) string {
	switch {
	case s.Name != "":
		return cmp.Or(e.names[s.Name], s.Name)
	case s.Verdicts:
		return "__map%d"
	}
	return "__set%d"
}

func (e *encoder) overrun(s *nft.Overrun) error {
	f := form{build: buildOverrun, fields: fieldsOf(s.Field)}
	e.long(e.ids[s.Set])
	e.limit(&s.Limit)
	if s.Mask != ones(s.Field) {
		f.choice = 1
		e.put(s.Field, s.Mask)
	}
	return e.name(f, e.setName(s.Set))
}

// ones is the mask of the whole field.
func ones(f nft.Field) nft.Value {
	size := f.Spec().Size
	v := nft.Value{Lo: ^uint64(0) >> (64 - 8*min(size, 8))}
	if size > 8 {
		v.Hi = ^uint64(0) >> (64 - 8*(size-8))
	}
	return v
}

func rejectForm(s *nft.Reject) form {
	f := form{build: buildReject, size: s.Code}
	if s.TCPReset {
		f.size, f.choice = 0, 1
	}
	return f
}

func choice(not bool) uint8 {
	if not {
		return 1
	}
	return 0
}

// name stamps a form whose last value is a name, if there is one.
func (e *encoder) name(f form, name string) error {
	if len(name) > 255 {
		return fmt.Errorf("%q is too long for a name", name)
	}
	f.named = uint8(len(name))
	if name != "" {
		e.raw(name)
	}
	e.stamp(f)
	return nil
}

// put adds a value of a field, raw that of a name, and the others numbers.
func (e *encoder) put(f nft.Field, v nft.Value) {
	from := len(e.scratch)
	e.scratch = v.Bytes(f, e.scratch)
	e.keep(from)
}

func (e *encoder) raw(s string) {
	from := len(e.scratch)
	e.scratch = append(e.scratch, s...)
	e.keep(from)
}

func (e *encoder) short(n uint16) {
	from := len(e.scratch)
	e.scratch = binary.BigEndian.AppendUint16(e.scratch, n)
	e.keep(from)
}

func (e *encoder) long(n uint32) {
	from := len(e.scratch)
	e.scratch = binary.BigEndian.AppendUint32(e.scratch, n)
	e.keep(from)
}

// native is a number that the kernel compares as its machine has it.
func (e *encoder) native(n uint32) {
	from := len(e.scratch)
	e.scratch = binary.NativeEndian.AppendUint32(e.scratch, n)
	e.keep(from)
}

func (e *encoder) limit(l *nft.Limit) {
	for _, n := range []uint64{l.Rate, uint64(l.Unit)} {
		from := len(e.scratch)
		e.scratch = binary.BigEndian.AppendUint64(e.scratch, n)
		e.keep(from)
	}
	e.long(l.Burst)
}

// keep makes a value of the end of the scratch.
func (e *encoder) keep(from int) { e.values = append(e.values, e.scratch[from:]) }
