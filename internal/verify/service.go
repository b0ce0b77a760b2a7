package verify

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// protocolIn is a protocol by name or number in one family. As in a rule, icmp, icmpv6 and
// ipv6-icmp by name are those of their own family only (reference/pve-firewall §5.7).
func protocolIn(text string, f ir.Family) ([]*ir.Match, bool) {
	n, ok := packet.ReadProtocol(text)
	named := text != "" && (text[0] < '0' || text[0] > '9')
	if !ok || named && n == ownICMP(1-f) {
		return nil, ok
	}
	return []*ir.Match{protocol(n)}, true
}

// portsOf reads a port by number or name, or a range 8000:8010 or 8000-8010.
func portsOf(text string, proto uint8) (*ir.Ports, bool) {
	if n, ok := packet.ReadPort(text, proto); ok { // names may have a dash
		return portRange(n, n), true
	}
	for _, dash := range []string{":", "-"} {
		first, last, _ := strings.Cut(text, dash)
		a, ok1 := packet.ReadPort(first, proto)
		b, ok2 := packet.ReadPort(last, proto)
		if ok1 && ok2 && a <= b {
			return portRange(a, b), true
		}
	}
	return nil, false
}

func portRange(first, last uint16) *ir.Ports {
	return &ir.Ports{Ranges: []ir.PortRange{{First: first, Last: last}}}
}

// icmpOf reads a type of ICMP in one family.
func icmpOf(text string, f ir.Family) ([]*ir.Match, bool) {
	t, ok := packet.ReadICMP(text, f == ir.V6)
	if !ok {
		return nil, false
	}
	m := icmpType(f, t.Type, t.Code)
	m.ICMP.Any = t.Any
	return []*ir.Match{m}, true
}

// service is what a word stands for in one family: PROTO, PROTO/PORTS, a macro, or
// the name of a service. known is false for a word that means nothing in either.
func service(text string, f ir.Family) (list []*ir.Match, known bool) {
	proto, rest, cut := strings.Cut(text, "/")
	if n, ok := packet.ReadProtocol(proto); ok && cut {
		p, ok := portsOf(rest, n)
		return []*ir.Match{{Proto: &ir.Proto{Number: n}, DPort: p}}, ok && facts.ProtocolHasPorts(protoName(n))
	}
	if m, ok := facts.MacroByName(text); ok {
		for _, t := range m.For(f == ir.V6) {
			list = append(list, template(t, f)...)
		}
		return list, true
	}
	for _, n := range []uint8{protoTCP, protoUDP, protoSCTP} {
		if port, ok := facts.ServicePort(text, protoName(n)); ok {
			list = append(list, &ir.Match{Proto: &ir.Proto{Number: n}, DPort: portRange(port, port)})
		}
	}
	if len(list) == 0 {
		return protocolIn(text, f)
	}
	return list, true
}

func protoName(n uint8) string {
	if p, ok := facts.ProtocolByNumber(int(n)); ok {
		return p.Name
	}
	return strconv.Itoa(int(n))
}

// template is one line of a macro; nothing in a family that cannot have it.
func template(t facts.MacroRule, f ir.Family) []*ir.Match {
	list, _ := protocolIn(t.Proto, f)
	for i, m := range list {
		switch n := m.Proto.Number; {
		case n != ownICMP(f):
			m.DPort, m.SPort = portList(t.DPort, n), portList(t.SPort, n)
		case t.DPort != "":
			typed, ok := icmpOf(t.DPort, f)
			if !ok {
				return nil
			}
			list[i] = typed[0]
		}
	}
	return list
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
