package packet

import (
	"math/bits"
	"net/netip"
	"strings"
	"unicode"

	"github.com/pvefw/pvefw/ir"
)

// part is a set of values of one dimension. In a named dimension spans is not in
// use: names are those inside, or with outside all others are inside.
type part struct {
	spans   spans
	names   []string
	outside bool

	// Scratch of the Cutter that owns the part: in which cut and dimension it was
	// last seen, and as which of the parts there.
	round, index int
}

// region is a conjunction: one part per dimension, nil for no restriction.
type region [dimensions]*part

// reader turns matches into regions of one family. It keeps the parts it made:
// rules repeat each other's, and large address sets take time.
type reader struct {
	family   ir.Family
	sets     map[setUse]*part
	protos   map[protoSet]*part
	ports    map[ir.PortRange]*part
	prefixes map[netip.Prefix]*part
	flags    map[ir.TCPFlags]*part
	states   [1 << states]*part
}

// setUse is a set as a match uses it.
type setUse struct {
	set     *ir.Set
	negated bool
}

func newReader(f ir.Family) *reader {
	return &reader{family: f, sets: map[setUse]*part{}, protos: map[protoSet]*part{}, ports: map[ir.PortRange]*part{},
		prefixes: map[netip.Prefix]*part{}, flags: map[ir.TCPFlags]*part{}}
}

// forget keeps the memory of small parts small.
func (r *reader) forget() {
	if len(r.ports) > mostParts {
		clear(r.ports)
	}
	if len(r.prefixes) > mostParts {
		clear(r.prefixes)
	}
	if len(r.protos) > mostParts {
		clear(r.protos)
	}
}

// region says in parts what Evaluator.Matches says about a packet.
func (r *reader) region(m *ir.Match) region {
	var g region
	if m.In != "" {
		g[dimIn] = &part{names: []string{m.In}}
	}
	if m.Out != "" {
		g[dimOut] = &part{names: []string{m.Out}}
	}
	if m.NotMAC != "" {
		// An unknown MAC is taken for the one that it should be.
		g[dimMAC] = &part{names: []string{"", foldMAC(m.NotMAC)}, outside: true}
	}
	if m.AcceptedBySender {
		g[dimMark] = &part{spans: spans{{point{0, 1}, point{0, 1}}}}
	}
	if m.State != 0 {
		g[dimState] = r.statePart(m.State)
	}
	g[dimSource] = r.address(m.Source, m.SrcType)
	g[dimDest] = r.address(m.Dest, m.DstType)
	r.protocol(m, &g)
	return g
}

// foldMAC brings texts that strings.EqualFold takes for equal to one form.
func foldMAC(text string) string {
	return strings.Map(func(c rune) rune {
		least := c
		for f := unicode.SimpleFold(c); f != c; f = unicode.SimpleFold(f) {
			least = min(least, f)
		}
		return least
	}, text)
}

func (r *reader) statePart(s ir.State) *part {
	p := &r.states[s&(1<<states-1)]
	if *p == nil {
		*p = &part{spans: stateSpans(s)}
	}
	return *p
}

func stateSpans(s ir.State) spans {
	var list spans
	for n := range uint64(states) {
		if s&(1<<n) != 0 {
			list = append(list, span{point{0, n}, point{0, n}})
		}
	}
	return normal(list)
}

// protoSet is a set of protocol numbers.
type protoSet [4]uint64

func protocols(numbers ...uint8) protoSet {
	var s protoSet
	for _, n := range numbers {
		s[n>>6] |= 1 << (n & 63)
	}
	return s
}

func (s *protoSet) keep(o protoSet) {
	for i := range s {
		s[i] &= o[i]
	}
}

func (s *protoSet) spans() spans {
	var list spans
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			n := point{0, uint64(i*64 + bits.TrailingZeros64(w))}
			list = append(list, span{n, n})
		}
	}
	return normal(list)
}

// everyProto holds all numbers.
var everyProto = protoSet{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}

// protocol fills the dimensions that depend on each other: a port, type or flag
// brings its protocols with it.
func (r *reader) protocol(m *ir.Match, g *region) {
	allowed := everyProto
	if m.Proto != nil && m.Proto.Number != 0 {
		allowed = protocols(m.Proto.Number)
	}
	if m.SPort != nil {
		allowed.keep(protocols(protoTCP, protoUDP, protoDCCP, protoSCTP, protoUDPLite))
		g[dimSPort] = r.portPart(m.SPort)
	}
	if m.DPort != nil {
		allowed.keep(protocols(protoTCP, protoUDP, protoDCCP, protoSCTP, protoUDPLite))
		g[dimDetail] = r.portPart(m.DPort)
	}
	if m.ICMP != nil {
		allowed.keep(r.icmpProtocol(m.ICMP))
		g[dimDetail] = icmpPart(m.ICMP) // with ports besides there is no protocol left
	}
	if m.Flags != nil {
		allowed.keep(protocols(protoTCP))
		g[dimFlags] = r.flagsPart(m.Flags)
	}
	if allowed != everyProto {
		g[dimProto] = r.protoPart(allowed)
	}
}

func (r *reader) protoPart(s protoSet) *part {
	p := r.protos[s]
	if p == nil {
		p = &part{spans: s.spans()}
		r.protos[s] = p
	}
	return p
}

func (r *reader) portPart(list *ir.Ports) *part {
	if len(list.Ranges) != 1 {
		return &part{spans: portSpans(list)}
	}
	p := r.ports[list.Ranges[0]]
	if p == nil {
		p = &part{spans: portSpans(list)}
		r.ports[list.Ranges[0]] = p
	}
	return p
}

// icmpProtocol is the protocol that a type and all types beside it are of.
func (r *reader) icmpProtocol(c *ir.ICMP) protoSet {
	own := protocols(ownICMP(r.family))
	for ; c != nil; c = c.Also {
		if c.V6 != (r.family == ir.V6) {
			return protoSet{}
		}
	}
	return own
}

func icmpPart(c *ir.ICMP) *part {
	list := spans{{point{}, dimDetail.end(ir.V4)}}
	for ; c != nil; c = c.Also {
		list = meet(list, typeAndCode(c))
	}
	return &part{spans: list}
}

// typeAndCode leaves the types beside c out.
func typeAndCode(c *ir.ICMP) spans {
	first := uint16(c.Type) << 8
	switch {
	case c.Any:
		return spans{{point{}, dimDetail.end(ir.V4)}}
	case c.Code < 0:
		return spans{{at16(first), at16(first | 0xff)}}
	case c.Code > 0xff:
		return nil
	}
	only := at16(first | uint16(c.Code))
	return spans{{only, only}}
}

func portSpans(p *ir.Ports) spans {
	list := make(spans, 0, len(p.Ranges))
	for _, r := range p.Ranges {
		if r.First <= r.Last {
			list = append(list, span{at16(r.First), at16(r.Last)})
		}
	}
	return normal(list)
}

func (r *reader) flagsPart(t *ir.TCPFlags) *part {
	p := r.flags[*t]
	if p == nil {
		p = &part{spans: flagSpans(t)}
		r.flags[*t] = p
	}
	return p
}

func flagSpans(t *ir.TCPFlags) spans {
	var list spans
	for n := range 256 {
		if (uint8(n)&t.Mask == t.Want) != t.Negated {
			list = append(list, span{at16(uint16(n)), at16(uint16(n))})
		}
	}
	return normal(list)
}
