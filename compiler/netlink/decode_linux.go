package netlink

import (
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// decoder turns expressions into statements. Expressions load fields into registers
// and then do something with them; what was loaded is kept until then.
type decoder struct {
	*reader
	out    []nft.Stmt
	loads  []loaded
	mask   []byte // of a bitwise expression behind the load
	flip   []byte
	number []byte // that was put into the register
	lowest []byte // that the field must be, when the highest is still to come
	l4     uint64 // the protocol that a statement before asked for; zero for none
}

// loaded is a field in registers, or bytes of a header that are several fields.
type loaded struct {
	load nft.Load
	key  uint32
	from uint32 // of payload
	size uint32
	word uint32 // register
}

// statements decodes the list of a rule.
func (d *decoder) statements(list []byte) error {
	var failed error
	eachAttribute(list, func(_ uint16, v []byte) {
		if failed != nil {
			return
		}
		a := attributes(v)
		name := letters(a.get(unix.NFTA_EXPR_NAME))
		decode := decoders[string(name)]
		if decode == nil {
			failed = fmt.Errorf("the expression %q", name)
			return
		}
		if failed = decode(d, a.get(unix.NFTA_EXPR_DATA)); failed != nil {
			failed = fmt.Errorf("the expression %q: %w", name, failed)
		}
	})
	if failed == nil && (len(d.loads) > 0 || d.number != nil || d.lowest != nil) {
		failed = errors.New("an expression without use")
	}
	return failed
}

// errUse says that an expression is used as no statement uses it.
var errUse = errors.New("used in another way")

// decoders are the expressions in use, by the kernel's names.
var decoders = map[string]func(*decoder, attributes) error{
	"meta": (*decoder).meta, "ct": (*decoder).ct, "payload": (*decoder).payload, "fib": (*decoder).fib,
	"bitwise": (*decoder).bitwise, "cmp": (*decoder).cmp, "range": (*decoder).between, "lookup": (*decoder).lookup,
	"immediate": (*decoder).immediate, "reject": (*decoder).reject, "queue": (*decoder).queue, "log": (*decoder).log,
	"limit": (*decoder).limit, "objref": (*decoder).object, "dynset": (*decoder).dynset,
}

// begin makes the decoder ready for another rule.
func (d *decoder) begin() {
	d.forget()
	d.out, d.l4 = d.out[:0], 0
}

func (d *decoder) forget() {
	d.loads, d.mask, d.flip, d.number, d.lowest = d.loads[:0], nil, nil, nil, nil
}

// add ends a statement and forgets what it used.
func (d *decoder) add(s nft.Stmt) error {
	d.out = append(d.out, s)
	d.forget()
	return nil
}

func (d *decoder) load(l loaded) error {
	if d.mask != nil || d.number != nil || d.lowest != nil || len(d.loads) == 4 {
		return errUse
	}
	d.loads = append(d.loads, l)
	return nil
}

func (d *decoder) meta(a attributes) error {
	key := number32(a.get(unix.NFTA_META_KEY))
	if a.get(unix.NFTA_META_DREG) != nil {
		return d.load(loaded{load: nft.LoadMeta, key: key, word: number32(a.get(unix.NFTA_META_DREG))})
	}
	if f, ok := d.single(); !ok || f != nft.Mark || key != nft.Mark.Spec().Key || len(d.mask) != 4 || len(d.flip) != 4 {
		return errUse
	}
	m := &nft.SetMark{Keep: native32(d.mask), Flip: native32(d.flip)}
	if m.Flip != 0 && m.Keep != ^m.Flip {
		return errUse
	}
	return d.add(m)
}

func (d *decoder) ct(a attributes) error {
	key := number32(a.get(unix.NFTA_CT_KEY))
	if a.get(unix.NFTA_CT_DREG) != nil {
		if a.get(unix.NFTA_CT_DIRECTION) != nil {
			return errUse
		}
		return d.load(loaded{load: nft.LoadConntrack, key: key, word: number32(a.get(unix.NFTA_CT_DREG))})
	}
	if len(d.number) != 4 || key != nft.ConnMark.Spec().Key {
		return errUse
	}
	return d.add(&nft.SetConnMark{Value: native32(d.number)})
}

func (d *decoder) payload(a attributes) error {
	if a.get(unix.NFTA_PAYLOAD_DREG) == nil {
		return errUse
	}
	return d.load(loaded{load: nft.LoadPayload, key: number32(a.get(unix.NFTA_PAYLOAD_BASE)), from: number32(a.get(unix.NFTA_PAYLOAD_OFFSET)),
		size: number32(a.get(unix.NFTA_PAYLOAD_LEN)), word: number32(a.get(unix.NFTA_PAYLOAD_DREG))})
}

func (d *decoder) fib(a attributes) error {
	if number32(a.get(unix.NFTA_FIB_RESULT)) != unix.NFT_FIB_RESULT_ADDRTYPE {
		return errUse
	}
	return d.load(loaded{load: nft.LoadFib, key: number32(a.get(unix.NFTA_FIB_FLAGS)), word: number32(a.get(unix.NFTA_FIB_DREG))})
}

func (d *decoder) bitwise(a attributes) error {
	mask, flip := a.get(unix.NFTA_BITWISE_MASK).get(unix.NFTA_DATA_VALUE), a.get(unix.NFTA_BITWISE_XOR).get(unix.NFTA_DATA_VALUE)
	if len(d.loads) != 1 || d.mask != nil || number32(a.get(bitwiseOperation)) != 0 || len(mask) == 0 || len(mask) != len(flip) {
		return errUse
	}
	d.mask, d.flip = mask, flip
	return nil
}

// bitwiseOperation is NFTA_BITWISE_OP, which old kernels do not have.
const bitwiseOperation = 6

func (d *decoder) immediate(a attributes) error {
	data := a.get(unix.NFTA_IMMEDIATE_DATA)
	if number32(a.get(unix.NFTA_IMMEDIATE_DREG)) != unix.NFT_REG_VERDICT {
		if len(d.loads) > 0 || d.number != nil {
			return errUse
		}
		d.number = data.get(unix.NFTA_DATA_VALUE)
		return nil
	}
	v, ok := verdictIn(a.get(unix.NFTA_IMMEDIATE_DATA))
	if !ok || len(d.loads) > 0 {
		return errUse
	}
	return d.add(d.stock.verdicts.put(v))
}

// verdictIn reads a verdict as data.
func verdictIn(v []byte) (nft.Verdict, bool) {
	a := attributes(v).get(unix.NFTA_DATA_VERDICT)
	code := int32(number32(a.get(unix.NFTA_VERDICT_CODE)))
	for k, n := range verdicts {
		if int32(n) == code && a.get(unix.NFTA_VERDICT_CODE) != nil {
			return nft.Verdict{Kind: nft.VerdictKind(k), Chain: text(a.get(unix.NFTA_VERDICT_CHAIN))}, true
		}
	}
	return nft.Verdict{}, false
}

func native32(b []byte) uint32 {
	if len(b) != 4 {
		return 0
	}
	return binary.NativeEndian.Uint32(b)
}
