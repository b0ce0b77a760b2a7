package nft

import (
	"net"
	"net/netip"
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// The numbers of protocols that conditions imply.
const (
	protoICMP   = 1
	protoTCP    = 6
	protoUDP    = 17
	protoICMPv6 = 58
)

// withPorts are the protocols whose header starts with two ports.
var withPorts = []Span{single(protoTCP), single(protoUDP), single(33), single(132), single(136)}

func single(n uint64) Span { return Span{number(n), number(n)} }

func between(first, last uint16) Span { return Span{number(uint64(first)), number(uint64(last))} }

// match translates a conjunction; false means that it matches nothing here.
func (pl *place) match(m *ir.Match, o ir.Origin) (line, bool) {
	l := line{stock: &pl.stock}
	ok := pl.interfaces(&l, m, o) &&
		pl.protocol(&l, m) &&
		pl.address(&l, m.Source, [...]Field{IPSource, IP6Source}[pl.family]) &&
		pl.address(&l, m.Dest, [...]Field{IPDest, IP6Dest}[pl.family]) &&
		pl.addressType(&l, m.SrcType, SourceType, [...]Field{IPSource, IP6Source}[pl.family]) &&
		pl.addressType(&l, m.DstType, DestType, [...]Field{IPDest, IP6Dest}[pl.family]) &&
		pl.source(&l, m.NotMAC, o)
	if m.State != 0 {
		l.and(&Masked{Field: State, Not: true, Mask: stateBits(m.State)})
	}
	if m.AcceptedBySender {
		bit := number(uint64(acceptedMark))
		l.and(&Masked{Field: Mark, Mask: bit, Value: bit})
	}
	return l, ok
}

// interfaces are only known by name to the node itself: no name that a rule could
// use is that of a guest's port.
func (pl *place) interfaces(l *line, m *ir.Match, o ir.Origin) bool {
	for _, end := range []struct {
		field Field
		name  string
	}{{InName, m.In}, {OutName, m.Out}} {
		if end.name == "" {
			continue
		}
		if !pl.host {
			return false
		}
		name, begins := strings.CutSuffix(end.name, "+")
		switch {
		case !isInterface(name):
			pl.complain(ruleCannotExpress, o, "no interface can have this name", "The rule is left out.")
			return false
		case begins && name != "":
			l.and(&Compare{Field: end.field, Value: Value{Name: name}, Begins: true})
		case !begins:
			v := Value{Name: name}
			l.restrict(end.field, Span{v, v})
		}
	}
	return true
}

// longestInterface is how long the kernel lets the name of an interface be.
const longestInterface = 15

// isInterface reports whether the kernel and the script could name an interface so.
// The empty name is what a lone + leaves.
func isInterface(name string) bool {
	return len(name) <= longestInterface && !strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '*' || r == '\\' })
}

// protocol translates what is said about the header behind the addresses.
func (pl *place) protocol(l *line, m *ir.Match) bool {
	ok := true
	if m.Proto != nil && m.Proto.Number != 0 {
		ok = l.value(L4Proto, uint64(m.Proto.Number))
	}
	for c := m.ICMP; c != nil && ok; c = c.Also {
		ok = pl.icmp(l, c)
	}
	if m.SPort != nil {
		ok = ok && ports(l, SourcePort, m.SPort)
	}
	if m.DPort != nil {
		ok = ok && ports(l, DestPort, m.DPort)
	}
	if t := m.Flags; t != nil && ok {
		ok = l.value(L4Proto, protoTCP)
		l.and(&Masked{Field: TCPFlags, Not: t.Negated, Mask: number(uint64(t.Mask)), Value: number(uint64(t.Want))})
	}
	return ok
}

// icmp needs the ICMP of the family, whatever protocol the rule names.
func (pl *place) icmp(l *line, c *ir.ICMP) bool {
	proto, kind, code := uint64(protoICMP), ICMPType, ICMPCode
	if pl.family == ir.V6 {
		proto, kind, code = protoICMPv6, ICMP6Type, ICMP6Code
	}
	if c.V6 != (pl.family == ir.V6) || !l.value(L4Proto, proto) {
		return false
	}
	return c.Any || l.value(kind, uint64(c.Type)) && (c.Code < 0 || l.value(code, uint64(c.Code)))
}

func ports(l *line, f Field, p *ir.Ports) bool {
	spans := l.stock.spans.several(len(p.Ranges))[:0]
	for _, r := range p.Ranges {
		if r.First <= r.Last {
			spans = append(spans, between(r.First, r.Last))
		}
	}
	return hasPorts(l) && l.restrict(f, spans...)
}

// hasPorts narrows a line to protocols that have ports.
func hasPorts(l *line) bool {
	if proto := l.spansOf(L4Proto); len(proto) == 1 && proto[0].single() {
		return overlap(proto, withPorts)
	}
	return l.restrict(L4Proto, withPorts...)
}

func (pl *place) address(l *line, a *ir.Addr, f Field) bool {
	switch {
	case a == nil:
		return true
	case a.Set != nil:
		l.and(pl.lookups.put(Lookup{Fields: f.alone(), Not: a.Negated, Set: pl.set(a.Set, pl.family)}))
		return true
	case a.Range != nil:
		return pl.holds(a.Range.First) && pl.holds(a.Range.Last) && l.restrict(f, l.stock.one(Span{address(a.Range.First), address(a.Range.Last)})...)
	}
	spans := l.stock.spans.several(len(a.Prefixes))[:0]
	for _, p := range a.Prefixes {
		if pl.holds(p.Addr()) {
			spans = append(spans, prefixSpan(p.Masked()))
		}
	}
	return l.restrict(f, spans...)
}

// holds reports whether an address is of the place's family.
func (pl *place) holds(a netip.Addr) bool { return a.IsValid() && a.Is4() == (pl.family == ir.V4) }

// Numbers of address types that routing tables know (RTN_*).
const (
	typeBroadcast = 3
	typeAnycast   = 4
)

var (
	multicast4 = netip.MustParsePrefix("224.0.0.0/4")
	multicast6 = netip.MustParsePrefix("ff00::/8")
	everybody4 = netip.MustParsePrefix("255.255.255.255/32")
	thisNet4   = netip.MustParsePrefix("0.0.0.0/8")
)

// addressType asks the routing table, which cannot be asked on a bridge: there the
// addresses count that are of the type everywhere.
func (pl *place) addressType(l *line, t ir.AddrType, asked, addr Field) bool {
	inet := pl.out.Family == Inet
	switch {
	case t == ir.AnyType:
		return true
	case t == ir.Multicast && pl.family == ir.V4:
		return l.restrict(addr, prefixSpan(multicast4))
	case t == ir.Multicast:
		return l.restrict(addr, prefixSpan(multicast6))
	case inet && t == ir.Broadcast:
		return l.value(asked, typeBroadcast)
	case inet:
		return l.value(asked, typeAnycast)
	case t == ir.Broadcast && pl.family == ir.V4:
		return l.restrict(addr, prefixSpan(everybody4), prefixSpan(thisNet4))
	}
	return false
}

// alternatives are what one line cannot say: on a bridge a broadcast is also what
// the frame is addressed to everybody with.
func (pl *place) alternatives(out []line, l line, m *ir.Match) []line {
	out = append(out, l)
	if m.DstType != ir.Broadcast || pl.out.Family != Bridge {
		return out
	}
	everybody := l
	everybody.conds = nil
	for _, c := range l.conds {
		if c.field != IPDest {
			everybody.restrict(c.field, c.spans...)
		}
	}
	everybody.value(EtherDest, 0xffffffffffff)
	return append(out, everybody)
}

// source is a hardware address that a frame does not come from.
func (pl *place) source(l *line, mac string, o ir.Origin) bool {
	if mac == "" {
		return true
	}
	v, ok := hardware(mac)
	if !ok {
		pl.complain(ruleCannotExpress, o, "this is not a hardware address", "Frames are not compared with it.")
		return false
	}
	l.and(pl.compares.put(Compare{Field: EtherSource, Not: true, Value: v}))
	return true
}

func hardware(mac string) (Value, bool) {
	a, err := net.ParseMAC(mac)
	if err != nil || len(a) != 6 {
		return Value{}, false
	}
	var n uint64
	for _, b := range a {
		n = n<<8 | uint64(b)
	}
	return number(n), true
}

// Bits of the kernel's connection states.
const (
	bitInvalid     = 1
	bitEstablished = 2
	bitRelated     = 4
	bitNew         = 8
	bitUntracked   = 64
)

func stateBits(s ir.State) Value {
	var n uint64
	for _, b := range []struct {
		state ir.State
		bit   uint64
	}{{ir.New, bitNew}, {ir.EstablishedState, bitEstablished}, {ir.Related, bitRelated}, {ir.Invalid, bitInvalid}, {ir.Untracked, bitUntracked}} {
		if s&b.state != 0 {
			n |= b.bit
		}
	}
	return number(n)
}
