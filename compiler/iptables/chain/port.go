package chain

import (
	"fmt"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
)

func readSPort(p *ruleReader, not bool) bool {
	return p.ports(not, "sport ", func(l *ir.Ports) []ir.Match { return []ir.Match{{SPort: l}} })
}

func readDPort(p *ruleReader, not bool) bool {
	return p.ports(not, "dport ", func(l *ir.Ports) []ir.Match { return []ir.Match{{DPort: l}} })
}

func readSPorts(p *ruleReader, not bool) bool { return readSPort(p, not) }
func readDPorts(p *ruleReader, not bool) bool { return readDPort(p, not) }

// readPorts asks for either end.
func readPorts(p *ruleReader, not bool) bool {
	return p.ports(not, "port ", func(l *ir.Ports) []ir.Match { return []ir.Match{{SPort: l}, {DPort: l}} })
}

// ports reads a port, a range or a list of both. A negated test still speaks of
// packets with ports only, which -p has seen to.
func (p *ruleReader) ports(not bool, form string, match func(*ir.Ports) []ir.Match) bool {
	list := &ir.Ports{}
	for item := range strings.SplitSeq(p.value(), ",") {
		r, ok := p.portRange(item)
		if !ok {
			return false
		}
		list.Ranges = append(list.Ranges, r)
		form += fmt.Sprintf("%d:%d,", r.First, r.Last)
	}
	whole := ir.PortRange{First: 0, Last: 0xffff}
	if len(list.Ranges) == 1 && list.Ranges[0] == whole && !not {
		return p.proto != 0 // the kernel asks nothing then
	}
	return p.match(not, form, match(list)...)
}

// portRange reads N, FIRST:LAST, or a range that is open at one end.
func (p *ruleReader) portRange(item string) (ir.PortRange, bool) {
	low, high, isRange := strings.Cut(item, ":")
	if !isRange {
		high = low
	} else {
		low, high = orElse(low, "0"), orElse(high, "65535")
	}
	first, ok1 := p.port(low)
	last, ok2 := p.port(high)
	return ir.PortRange{First: first, Last: last}, ok1 && ok2 && first <= last
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// The protocols whose single ports are read as decimal numbers whatever they begin
// with. A list is read by another module, which does not.
const (
	protoUDP  = 17
	protoDCCP = 33
)

// port reads a number, or the name of a service of the rule's protocol or else of
// any: single ports of tcp and udp are looked up in both.
func (p *ruleReader) port(text string) (uint16, bool) {
	if (p.proto == protoUDP || p.proto == protoDCCP) && p.module != "multiport" {
		text = strings.TrimLeft(text[:max(0, len(text)-1)], "0") + text[max(0, len(text)-1):]
	}
	if n, ok := number(text, 0xffff); ok {
		return uint16(n), true
	}
	names := []string{"tcp", "udp", "sctp"}
	if known, ok := facts.ProtocolByNumber(int(p.proto)); ok {
		names = append([]string{known.Name}, names...)
	}
	for _, name := range names {
		if port, ok := facts.LookupPort(text, name); ok {
			return port, true
		}
	}
	return 0, false
}
