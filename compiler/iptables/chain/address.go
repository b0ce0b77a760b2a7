package chain

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/ir"
)

func readSource(p *ruleReader, not bool) bool { return p.addresses(not, true) }
func readDest(p *ruleReader, not bool) bool   { return p.addresses(not, false) }

// addresses reads a list. A network of everything asks for nothing.
func (p *ruleReader) addresses(not, source bool) bool {
	list := strings.Split(p.value(), ",")
	t := &packetTest{not: not}
	a := &ir.Addr{}
	for _, text := range list {
		network, ok := readNetwork(text, p.family)
		if !ok {
			return false
		}
		a.Prefixes = append(a.Prefixes, network)
		t.forms = append(t.forms, network.String()+end(source))
	}
	if len(list) > 1 && not {
		return false
	}
	if len(list) == 1 && a.Prefixes[0].Bits() == 0 && !not {
		return true
	}
	t.any = []ir.Match{ended(a, source)}
	return p.add(t)
}

func ended(a *ir.Addr, source bool) ir.Match {
	if source {
		return ir.Match{Source: a}
	}
	return ir.Match{Dest: a}
}

// readNetwork reads an address with an optional length or mask. Host bits are
// dropped, as the kernel does. Names are not looked up.
func readNetwork(text string, f ir.Family) (netip.Prefix, bool) {
	host, mask, masked := text, "", false
	if i := strings.LastIndexByte(text, '/'); i >= 0 {
		host, mask, masked = text[:i], text[i+1:], true
	}
	address, ok := readAddress(host, f)
	if !ok {
		return netip.Prefix{}, false
	}
	bits := address.BitLen()
	if masked {
		if bits, ok = readMask(mask, f); !ok {
			return netip.Prefix{}, false
		}
	}
	return netip.PrefixFrom(address, bits).Masked(), true
}

// readAddress reads an address the way inet_aton does its bytes: a leading zero is
// octal, and missing bytes are zero.
func readAddress(text string, f ir.Family) (netip.Addr, bool) {
	if f == ir.V6 {
		a, err := netip.ParseAddr(text)
		return a, err == nil && a.Is6() && a.Zone() == ""
	}
	parts := strings.Split(text, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var bytes [4]byte
	for i, part := range parts {
		n, ok := number(part, 255)
		if !ok {
			return netip.Addr{}, false
		}
		bytes[i] = byte(n)
	}
	return netip.AddrFrom4(bytes), true
}

// readMask reads a length, or a mask without holes.
func readMask(text string, f ir.Family) (int, bool) {
	if !strings.ContainsAny(text, ".:") {
		n, ok := number(text, map[ir.Family]uint64{ir.V4: 32, ir.V6: 128}[f])
		return int(n), ok
	}
	mask, err := netip.ParseAddr(text)
	if err != nil || mask.Is6() != (f == ir.V6) {
		return 0, false
	}
	bits := 0
	for raw := mask.AsSlice(); bits < mask.BitLen() && raw[bits/8]<<(bits%8)&0x80 != 0; bits++ {
	}
	leading, err := mask.Prefix(bits)
	return bits, err == nil && leading.Addr() == mask
}

// number reads digits in the base that C programs take from their beginning.
func number(text string, limit uint64) (uint64, bool) {
	if text == "" || text[0] < '0' || text[0] > '9' || strings.Contains(text, "_") {
		return 0, false
	}
	base := 10
	switch {
	case strings.HasPrefix(text, "0x"), strings.HasPrefix(text, "0X"):
		base, text = 16, text[2:]
	case text[0] == '0' && len(text) > 1:
		base = 8
	}
	n, err := strconv.ParseUint(text, base, 64)
	return n, err == nil && n <= limit
}

func readSourceRange(p *ruleReader, not bool) bool { return p.addressRange(not, true) }
func readDestRange(p *ruleReader, not bool) bool   { return p.addressRange(not, false) }

func (p *ruleReader) addressRange(not, source bool) bool {
	low, high, isRange := strings.Cut(p.value(), "-")
	if !isRange {
		high = low
	}
	first, ok1 := readAddress(low, p.family)
	last, ok2 := readAddress(high, p.family)
	if !ok1 || !ok2 {
		return false
	}
	a := &ir.Addr{Range: &ir.Range{First: first, Last: last}}
	return p.match(not, first.String()+"-"+last.String()+end(source), ended(a, source))
}

func readSet(p *ruleReader, not bool) bool {
	name, where := p.value(), p.value()
	if where != "src" && where != "dst" {
		return false
	}
	return p.add(&setTest{name: name, source: where == "src", not: not})
}

func readSourceType(p *ruleReader, not bool) bool { return p.addressType(not, true) }
func readDestType(p *ruleReader, not bool) bool   { return p.addressType(not, false) }

// addressType knows the types that an address alone tells.
func (p *ruleReader) addressType(not, source bool) bool {
	word := p.value()
	kind, ok := map[string]ir.AddrType{"BROADCAST": ir.Broadcast, "MULTICAST": ir.Multicast, "ANYCAST": ir.Anycast}[word]
	if !ok {
		return false
	}
	m := ir.Match{DstType: kind}
	if source {
		m = ir.Match{SrcType: kind}
	}
	return p.match(not, word+end(source), m)
}
