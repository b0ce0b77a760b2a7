package lower

import (
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
)

// ports applies dport and sport. A dport of 0 restricts nothing, but it still
// dies with a protocol that has no ports (reference/pve-firewall §5.8, §11.1).
func (l *lowering) ports(m *matched, t facts.MacroRule) {
	m.reading = grammar.DPort
	switch {
	case t.DPort == "":
	case t.Proto == "icmp" || t.Proto == "icmpv6":
		icmpPort(m, t.DPort, t.Proto == "icmpv6")
	case !facts.ProtocolHasPorts(t.Proto):
		m.fail(&m.died, "protocol "+t.Proto+" does not have ports")
	case given(t.DPort):
		m.match.DPort = l.shared.readPorts(m, t.DPort, m.match.Proto.Number)
	}
	m.reading = grammar.SPort
	if given(t.SPort) && facts.ProtocolHasPorts(t.Proto) {
		m.match.SPort = l.shared.readPorts(m, t.SPort, m.match.Proto.Number)
	}
}

// The protocols with ports.
const (
	tcp     = 6
	udp     = 17
	dccp    = 33
	sctp    = 132
	udplite = 136
)

// readPorts reads ports as iptables does. A list goes to another extension than
// a single port, and the two do not read alike.
func readPorts(m *matched, text string, proto uint8) *ir.Ports {
	items := strings.Split(text, ",")
	p := &ir.Ports{Text: text, List: len(items) > 1}
	read := singleReader(proto)
	if p.List {
		read = listReader(proto)
	} else if proto == udplite {
		m.refuse("a single port cannot be matched for udplite (unknown option \"--dport\")")
	}
	count := 0
	for _, item := range items {
		low, high, isRange := strings.Cut(item, ":")
		if !isRange {
			high = low
		} else {
			count++
		}
		count++
		if p.List || !readsDecimal(proto) {
			m.octalText(low)
			m.octalText(high)
		}
		first, ok1 := read(low)
		last, ok2 := read(high)
		if !ok1 || !ok2 || first > last {
			m.refuse("invalid port/service `" + item + "' specified")
			continue
		}
		p.Ranges = append(p.Ranges, ir.PortRange{First: first, Last: last})
	}
	if p.List && count > 15 {
		m.refuse("too many ports specified")
	}
	return p
}

type portReader func(text string) (uint16, bool)

// singleReader reads the port of --dport and --sport: udp and dccp take any
// number as decimal, the others read octal; a name of udp and dccp may belong
// to any protocol, one of tcp and sctp must exist for them.
func singleReader(proto uint8) portReader {
	switch proto {
	case udp:
		return portsOf(readDecimal, []string{"udp", "tcp", "sctp"})
	case dccp:
		return portsOf(readDecimal, []string{"tcp", "udp", "sctp"})
	}
	return listReader(proto)
}

func readsDecimal(proto uint8) bool { return proto == udp || proto == dccp }

// listReader reads the ports of multiport: a name must exist for the very
// protocol (reference/pve-firewall §5.8).
func listReader(proto uint8) portReader {
	switch proto {
	case tcp:
		return portsOf(readNumber, []string{"tcp"})
	case udp:
		return portsOf(readNumber, []string{"udp"})
	case sctp:
		return portsOf(readNumber, []string{"sctp"})
	}
	return portsOf(readNumber, nil)
}

func portsOf(number func(string, uint64) (uint64, bool), protocols []string) portReader {
	return func(text string) (uint16, bool) {
		if n, ok := number(text, 65535); ok {
			return uint16(n), true
		}
		for _, proto := range protocols {
			if port, ok := facts.LookupPort(text, proto); ok {
				return port, true
			}
		}
		return 0, false
	}
}
