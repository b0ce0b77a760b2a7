package packet

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"net/netip"
	"slices"

	"github.com/pvefw/pvefw/ir"
)

// Names finds the name of a list of addresses where it is exactly what the name
// stands for in a family. Of several names the first one given counts. A nil
// Names knows none.
type Names struct {
	byContent map[nameKey]string
}

type nameKey struct {
	family  ir.Family
	content [sha256.Size]byte
}

// AddSet gives a set a name, as people write it: +dc/admins. A set that has no
// address of a family has no name there.
func (n *Names) AddSet(name string, s *ir.Set) {
	for f := ir.V4; f <= ir.V6; f++ {
		n.add(name, f, setSpans(s, f))
	}
}

// AddAddr gives an address, network or range a name: dc/lan.
func (n *Names) AddAddr(name string, a *ir.Addr) {
	for f := ir.V4; f <= ir.V6; f++ {
		n.add(name, f, newReader(f).addr(a).spans)
	}
}

func (n *Names) add(name string, f ir.Family, list spans) {
	if len(list) == 0 {
		return
	}
	if n.byContent == nil {
		n.byContent = map[nameKey]string{}
	}
	key := nameKey{f, contentOf(list)}
	if n.byContent[key] == "" {
		n.byContent[key] = name
	}
}

func contentOf(list spans) [sha256.Size]byte {
	raw := make([]byte, 0, 32*len(list))
	for _, s := range list {
		for _, word := range [...]uint64{s.first.hi, s.first.lo, s.last.hi, s.last.lo} {
			raw = binary.BigEndian.AppendUint64(raw, word)
		}
	}
	return sha256.Sum256(raw)
}

func (n *Names) find(list spans, f ir.Family) string {
	if n == nil || len(list) == 0 {
		return ""
	}
	return n.byContent[nameKey{f, contentOf(list)}]
}

// text writes addresses: a name, or networks and ranges, those meant or those not,
// whatever is shorter.
func (n *Names) text(list spans, f ir.Family) string {
	end := dimSource.end(f)
	if name := n.find(list, f); name != "" {
		return name
	}
	if name := n.find(without(list, end), f); name != "" {
		return "anywhere but " + name
	}
	not, list := shorter(list, end)
	words := make([]string, len(list))
	named := 0
	for i, s := range list {
		word := n.find(spans{s}, f)
		if word == "" {
			words[i] = spanText(s, f)
			continue
		}
		copy(words[named+1:i+1], words[named:i]) // names first
		words[named] = word
		named++
	}
	slices.Sort(words[:named])
	if not {
		return "anywhere but " + few(words)
	}
	return few(words)
}

// spanText is an address, a network where it is one, or first-last.
func spanText(s span, f ir.Family) string {
	first := addrOf(s.first, f)
	if s.first == s.last {
		return first.String()
	}
	host := bits.Len64(s.first.lo ^ s.last.lo)
	if high := bits.Len64(s.first.hi ^ s.last.hi); high > 0 {
		host = 64 + high
	}
	network := netip.PrefixFrom(first, first.BitLen()-host).Masked()
	if prefixSpan(network) == s {
		return network.String()
	}
	return first.String() + "-" + addrOf(s.last, f).String()
}
