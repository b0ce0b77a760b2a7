package verify

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
)

// protoOf reads a protocol by name or number.
func protoOf(text string) (uint8, bool) {
	if p, ok := facts.ProtocolByName(strings.ToLower(text)); ok && p.Number < 256 {
		return uint8(p.Number), true
	}
	n, err := strconv.ParseUint(text, 10, 8)
	return uint8(n), err == nil
}

// portsOf reads a port, a range 8000:8010 or 8000-8010, or the name of a service.
func portsOf(text string, proto uint8) (*ir.Ports, bool) {
	if n, ok := portNumber(text); ok {
		return portRange(n, n), true
	}
	for _, p := range portProtocols(proto) {
		if n, ok := facts.ServicePort(text, p); ok {
			return portRange(n, n), true
		}
	}
	first, last, ok := strings.Cut(strings.Replace(text, "-", ":", 1), ":")
	a, ok1 := portNumber(first)
	b, ok2 := portNumber(last)
	return portRange(a, b), ok && ok1 && ok2 && a <= b
}

func portNumber(text string) (uint16, bool) {
	n, err := strconv.ParseUint(text, 10, 16)
	return uint16(n), err == nil
}

func portRange(first, last uint16) *ir.Ports {
	return &ir.Ports{Ranges: []ir.PortRange{{First: first, Last: last}}}
}

// portProtocols are those that have names for ports, one alone where it is known.
func portProtocols(proto uint8) []string {
	if p, ok := facts.ProtocolByNumber(int(proto)); ok && proto != 0 {
		return []string{p.Name}
	}
	return []string{"tcp", "udp", "sctp"}
}

// icmpOf reads a type of ICMP in one family, by name, as a number or TYPE/CODE.
func icmpOf(text string, f ir.Family) (*ir.Match, bool) {
	if t, ok := facts.ICMPTypeByName(text, f == ir.V6); ok {
		m := icmpType(f, t.Type, t.Code)
		m.ICMP.Any = t.Any
		return m, true
	}
	kind, code, coded := strings.Cut(text, "/")
	n, err := strconv.ParseUint(kind, 10, 8)
	if err != nil {
		return nil, false
	}
	if !coded {
		return icmpType(f, uint8(n), -1), true
	}
	k, err := strconv.ParseUint(code, 10, 8)
	return icmpType(f, uint8(n), int(k)), err == nil
}

// service is what a word stands for in one family: PROTO, PROTO/PORTS, a macro, or
// the name of a service. known is false for a word that means nothing in either.
func service(text string, f ir.Family) (list []*ir.Match, known bool) {
	proto, rest, cut := strings.Cut(text, "/")
	if n, ok := protoOf(proto); ok && cut {
		p, ok := portsOf(rest, n)
		return []*ir.Match{{Proto: &ir.Proto{Number: n}, DPort: p}}, ok && facts.ProtocolHasPorts(protoName(n))
	}
	if m, ok := facts.MacroByName(text); ok {
		for _, t := range m.For(f == ir.V6) {
			list = append(list, template(t, f)...)
		}
		return list, true
	}
	for _, p := range portProtocols(0) {
		if port, ok := facts.ServicePort(text, p); ok {
			n, _ := protoOf(p)
			list = append(list, &ir.Match{Proto: &ir.Proto{Number: n}, DPort: portRange(port, port)})
		}
	}
	if n, ok := protoOf(text); ok && len(list) == 0 {
		return []*ir.Match{protocol(n)}, true
	}
	return list, len(list) > 0
}

func protoName(n uint8) string {
	if p, ok := facts.ProtocolByNumber(int(n)); ok {
		return p.Name
	}
	return strconv.Itoa(int(n))
}

// template is one line of a macro; nothing in a family that cannot have it.
func template(t facts.MacroRule, f ir.Family) []*ir.Match {
	n, ok := protoOf(t.Proto)
	if !ok {
		return nil
	}
	m := protocol(n)
	if n == protoICMP || n == protoICMPv6 {
		if n != ownICMP(f) {
			return nil
		}
		if t.DPort == "" {
			return []*ir.Match{m}
		}
		if m, ok = icmpOf(t.DPort, f); !ok {
			return nil
		}
		return []*ir.Match{m}
	}
	m.DPort, m.SPort = portList(t.DPort, n), portList(t.SPort, n)
	return []*ir.Match{m}
}

func portList(text string, proto uint8) *ir.Ports {
	if text == "" {
		return nil
	}
	all := &ir.Ports{}
	for _, item := range strings.Split(text, ",") {
		if p, ok := portsOf(item, proto); ok {
			all.Ranges = append(all.Ranges, p.Ranges...)
		}
	}
	return all
}

// housekeeping is what Proxmox lets in by itself, by the word of an exception.
func housekeeping(word string, f ir.Family) ([]*ir.Match, bool) {
	b := map[string]ir.Builtin{"dhcp": {Kind: ir.DHCP}, "igmp": {Kind: ir.IGMP}, "ndp": {Kind: ir.NDP, RA: true}}
	var list []*ir.Match
	kind, ok := b[word]
	for _, d := range []ir.Direction{ir.In, ir.Out} {
		kind.Dir, kind.Families = d, ir.Both
		for _, r := range ir.Expand(&kind, f) {
			list = append(list, &r.Match)
		}
	}
	return list, ok
}

// bad complains about a word that is none of a kind.
func (c *complaints) bad(w Word, what string) {
	c.at(w, fmt.Sprintf("\"%s\" is not %s", diag.Visible(w.Text), what))
}
