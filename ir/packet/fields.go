package packet

import (
	"strconv"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
)

// Field is one limit of a Box for programs: the key of a packet's field and the
// values, which are addresses, networks, numbers, words or first-last ranges.
type Field struct {
	Key    string   // in, out, accepted_by_sender, state, mac, source, dest, proto, sport, dport, icmp_type, flags
	Not    bool     // all values but these
	Values []string // flags as decimal numbers of the bits in ir.TCPFlags
	More   int      // values that the list has beside these
}

// MostFieldValues bounds the values of one Field.
const MostFieldValues = 1024

// Fields are the limits of the box in a fixed order; none for everything.
func (b Box) Fields() []Field {
	var list []Field
	protos := b.protocols()
	only, single := protos.only()
	icmp := single && only == ownICMP(b.family)
	for _, d := range []dimension{dimIn, dimOut, dimMark, dimState, dimMAC, dimSource, dimDest, dimProto, dimSPort, dimDetail, dimFlags} {
		p := b.region[d]
		if p == nil {
			continue
		}
		f := Field{Key: d.key(icmp), Not: p.outside}
		if d.named() {
			f.words(p.names)
		} else {
			f.spans(d, p.spans, b.family, icmp)
		}
		list = append(list, f)
	}
	return list
}

// key is the field's name, as Keys has it where a packet of a query has the field.
func (d dimension) key(icmp bool) string {
	if d == dimDetail && icmp {
		return "icmp_type"
	}
	return [...]string{"accepted_by_sender", "state", "in", "out", "proto", "flags", "dport", "sport", "source", "dest", "mac"}[d]
}

// words lists names; the empty MAC is the one that the NIC should have.
func (f *Field) words(names []string) {
	for _, name := range names {
		if name != "" {
			f.add(name)
		}
	}
}

func (f *Field) add(text string) {
	if len(f.Values) == MostFieldValues {
		f.More++
		return
	}
	f.Values = append(f.Values, text)
}

func (f *Field) spans(d dimension, list spans, family ir.Family, icmp bool) {
	if not, short := shorter(list, d.end(family)); d != dimMark {
		f.Not, list = not, short
	}
	for _, s := range list {
		switch {
		case d == dimSource || d == dimDest:
			f.add(spanText(s, family))
		case d == dimMark:
			f.add(strconv.FormatBool(s.first.lo == 1))
		case d == dimState, d == dimProto:
			for n := s.first.lo; n <= s.last.lo; n++ {
				f.add(numberText(d, n))
			}
		case icmp && d == dimDetail:
			f.types(s)
		default:
			f.add(rangeText(s.first.lo, s.last.lo))
		}
	}
}

func numberText(d dimension, n uint64) string {
	if d == dimState {
		return ir.State(1 << n).String()
	}
	if p, ok := facts.ProtocolByNumber(int(n)); ok {
		return p.Name
	}
	return strconv.FormatUint(n, 10)
}

func rangeText(first, last uint64) string {
	if first == last {
		return strconv.FormatUint(first, 10)
	}
	return strconv.FormatUint(first, 10) + "-" + strconv.FormatUint(last, 10)
}

// types lists TYPE for all codes of a type, else TYPE/CODE.
func (f *Field) types(s span) {
	for at := s.first.lo; at <= s.last.lo; {
		kind := strconv.FormatUint(at>>8, 10)
		if at&0xff == 0 && at|0xff <= s.last.lo {
			f.add(kind)
			at += 0x100
			continue
		}
		f.add(kind + "/" + strconv.FormatUint(at&0xff, 10))
		at++
	}
}
