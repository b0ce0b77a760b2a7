package listing

import (
	"strconv"

	"github.com/pvefw/pvefw/compiler/nft"
)

// arpHead are the parts in which nft prints the first six bytes of an ARP packet, with
// how many bits each has.
var arpHead = []struct {
	name string
	bits int
}{{"htype", 16}, {"ptype", 16}, {"hlen", 8}, {"plen", 8}}

// head reads the comparison of an ARP packet's first bytes at the beginning of a rule's
// statements and returns how many these are; zero for none. nft prints one comparison of
// all six bytes as one for each part, whether they must be equal or not. To be different
// from all is another thing than not to be equal, so the latter is vague.
func (b *body) head(exprs []any) int {
	if len(exprs) < len(arpHead) {
		return 0
	}
	op, value := "", uint64(0)
	for i, part := range arpHead {
		m, ok := inside(exprs[i], "match")
		header, isPayload := inside(m["left"], "payload")
		n, isNumber := arpNumber(m["right"], part.bits)
		if !ok || !isPayload || !isNumber || len(m) != 3 || word(header, "protocol") != "arp" || word(header, "field") != part.name {
			return 0
		}
		if i > 0 && op != word(m, "op") {
			return 0
		}
		op, value = word(m, "op"), value<<part.bits|n
	}
	if op != "==" && op != "!=" {
		return 0
	}
	b.need(need{family: arp})
	b.vague = b.vague || op == "!="
	b.push(&nft.Compare{Field: nft.ARPHead, Not: op == "!=", Value: nft.Value{Lo: value}})
	return len(arpHead)
}

// arpNumber reads a part: a number, or the word of a protocol.
func arpNumber(v any, bits int) (uint64, bool) {
	if text, ok := v.(string); ok {
		n, known := names[nft.Protocol][text]
		return n, known && bits == 16
	}
	n, err := strconv.ParseUint(numberText(v), 10, bits)
	return n, err == nil
}
