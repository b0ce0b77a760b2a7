package packet

import (
	"net/netip"
	"strconv"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
)

// Query asks about the packet between two zones. It is false where no query can
// say what the packet is: TCP flags other than those that go with its state, or no
// single state.
func (p *Packet) Query(from, to string) (Query, bool) {
	q := Query{From: from, To: to, Source: p.Source, Dest: p.Dest, Proto: p.Proto, MAC: p.MAC, State: p.State}
	switch {
	case hasPorts(p.Proto):
		q.SPort, q.DPort = p.SPort, p.DPort
	case p.isICMP():
		q.ICMPType, q.ICMPCode = p.ICMPType, p.ICMPCode
	}
	flags := uint8(flagSYN)
	if p.State == ir.EstablishedState {
		flags = flagACK
	}
	return q, p.Proto != protoTCP || p.Flags == flags
}

// Text is a field of a query by its key, as ParseQuery reads it; empty for what is
// left to the default or means nothing for the protocol.
func (q *Query) Text(key string) string {
	switch key {
	case "from":
		return q.From
	case "to":
		return q.To
	case "source":
		return addrText(q.Source)
	case "dest":
		return addrText(q.Dest)
	case "proto":
		return protocolWord(q.Proto)
	case "mac":
		return q.MAC
	case "state":
		if q.State != 0 {
			return q.State.String()
		}
	case "sport", "dport":
		return q.portText(key)
	case "icmp_type":
		if q.isICMP() {
			return strconv.Itoa(int(q.ICMPType)) + "/" + strconv.Itoa(int(q.ICMPCode))
		}
	}
	return ""
}

func addrText(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

func (q *Query) portText(key string) string {
	switch {
	case !hasPorts(q.Proto):
		return ""
	case key == "sport":
		return strconv.Itoa(int(q.SPort))
	}
	return strconv.Itoa(int(q.DPort))
}

// protocolWord is the name of a protocol where reading the name gives the number.
func protocolWord(n uint8) string {
	if p, ok := facts.ProtocolByNumber(int(n)); ok {
		if back, ok := facts.ProtocolByName(p.Name); ok && back.Number == int(n) {
			return p.Name
		}
	}
	return strconv.Itoa(int(n))
}
