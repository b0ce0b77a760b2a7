package listing

import (
	"encoding/json"
	"math/bits"
	"net"
	"net/netip"
	"strconv"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/facts"
)

// only returns the value of an object that has this key and no other.
func only(v any, key string) (any, bool) {
	o, _ := v.(map[string]any)
	inner, ok := o[key]
	return inner, ok && len(o) == 1
}

// list is only for a list; nil for anything else.
func list(v any, key string) []any {
	inner, _ := only(v, key)
	l, _ := inner.([]any)
	return l
}

// words are a word or a list of words; anything else among them gives the empty word. nft
// 1.1 says "or" of them, also inside of another.
func words(v any) []string {
	if pair := list(v, "|"); len(pair) > 0 {
		return append(words(pair[0]), words(pair[1:])...)
	}
	many, ok := v.([]any)
	if !ok && v != nil {
		many = []any{v}
	}
	var out []string
	for _, one := range many {
		word, _ := one.(string)
		out = append(out, word)
	}
	return out
}

// spanOf reads a value, a prefix or a range of a field.
func spanOf(f nft.Field, v any) (nft.Span, bool) {
	if inner, ok := only(v, "prefix"); ok {
		first, mask, ok := prefixOf(f, inner)
		all := leading(8*f.Spec().Size, 8*f.Spec().Size)
		last := nft.Value{Hi: first.Hi | all.Hi&^mask.Hi, Lo: first.Lo | all.Lo&^mask.Lo}
		return nft.Span{First: first, Last: last}, ok
	}
	if ends := list(v, "range"); ends != nil {
		if len(ends) != 2 {
			return nft.Span{}, false
		}
		first, a := valueOf(f, ends[0])
		last, b := valueOf(f, ends[1])
		return nft.Span{First: first, Last: last}, a && b && !last.Less(first)
	}
	value, ok := valueOf(f, v)
	return nft.Span{First: value, Last: value}, ok
}

// prefixOf reads the inside of a prefix as its first value and its mask.
func prefixOf(f nft.Field, v any) (first, mask nft.Value, ok bool) {
	o, _ := v.(map[string]any)
	size := 8 * f.Spec().Size
	length, err := strconv.Atoi(numberText(o["len"]))
	if len(o) != 2 || err != nil || length < 0 || length > size || f.Spec().Name {
		return first, mask, false
	}
	first, ok = valueOf(f, o["addr"])
	mask = leading(length, size)
	return first, mask, ok && first.Hi&^mask.Hi == 0 && first.Lo&^mask.Lo == 0
}

// leading has the first n of size bits set.
func leading(n, size int) nft.Value {
	host := size - n
	switch {
	case host >= 128:
		return nft.Value{}
	case size <= 64:
		return nft.Value{Lo: ^uint64(0) >> (64 - size) &^ (1<<host - 1)}
	case host >= 64:
		return nft.Value{Hi: ^uint64(0) &^ (1<<(host-64) - 1)}
	}
	return nft.Value{Hi: ^uint64(0), Lo: ^uint64(0) &^ (1<<host - 1)}
}

// numberText is a number as it is written; empty for anything else.
func numberText(v any) string {
	n, _ := v.(json.Number)
	return n.String()
}

// valueOf reads one value of a field: a number, a word of nft's, or a list of words for
// bits.
func valueOf(f nft.Field, v any) (nft.Value, bool) {
	if text := numberText(v); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		return nft.Value{Lo: n}, err == nil && !f.Spec().Name && bits.Len64(n) <= 8*f.Spec().Size
	}
	if f == nft.State || f == nft.TCPFlags {
		return bitsOf(f, words(v))
	}
	word, ok := v.(string)
	if !ok {
		return nft.Value{}, false
	}
	switch {
	case f.Spec().Name:
		return nft.Value{Name: word}, word != "" && len(word) < f.Spec().Size && word[len(word)-1] != '*'
	case f == nft.EtherSource || f == nft.EtherDest:
		return hardware(word)
	case f == nft.L4Proto:
		p, known := facts.ProtocolByName(word)
		return nft.Value{Lo: uint64(p.Number)}, known && p.Number < 256
	}
	if n, known := names[f][word]; known {
		return nft.Value{Lo: n}, true
	}
	return address(f, word)
}

func bitsOf(f nft.Field, list []string) (nft.Value, bool) {
	var n uint64
	for _, word := range list {
		bit, known := names[f][word]
		if !known {
			return nft.Value{}, false
		}
		n |= bit
	}
	return nft.Value{Lo: n}, len(list) > 0
}

func hardware(word string) (nft.Value, bool) {
	a, err := net.ParseMAC(word)
	if err != nil || len(a) != 6 {
		return nft.Value{}, false
	}
	var n uint64
	for _, b := range a {
		n = n<<8 | uint64(b)
	}
	return nft.Value{Lo: n}, true
}

// address reads a value of the fields that hold addresses.
func address(f nft.Field, word string) (nft.Value, bool) {
	a, err := netip.ParseAddr(word)
	size := map[nft.Field]int{nft.ARPSource: 4, nft.IPSource: 4, nft.IPDest: 4, nft.IP6Source: 16, nft.IP6Dest: 16}[f]
	if err != nil || a.Zone() != "" || a.BitLen() != 8*size {
		return nft.Value{}, false
	}
	var v nft.Value
	for _, b := range a.AsSlice() {
		v.Hi, v.Lo = v.Hi<<8|v.Lo>>56, v.Lo<<8|uint64(b)
	}
	return v, true
}
