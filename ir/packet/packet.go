package packet

import (
	"net/netip"

	"github.com/pvefw/pvefw/ir"
)

// Packet is one packet at one place of its way. Eval changes only Marked.
type Packet struct {
	Family       ir.Family
	Source, Dest netip.Addr // of Family, without zone
	Proto        uint8
	SPort, DPort uint16 // meaningful for protocols with ports
	ICMPType     uint8  // meaningful for ICMP in IPv4 and ICMPv6 in IPv6
	ICMPCode     uint8
	MAC          string // source MAC; empty: the one its NIC should have
	State        ir.State
	Flags        uint8  // TCP header bits as in ir.TCPFlags
	In, Out      string // interface it came in by, interface it leaves by; empty: none that a rule could name
	Marked       bool   // a firewalled guest was allowed to send it (reference/pve-firewall §9.6)
}

// The IP protocols that have a meaning of their own here.
const (
	protoICMP    = 1
	protoTCP     = 6
	protoUDP     = 17
	protoDCCP    = 33
	protoICMPv6  = 58
	protoSCTP    = 132
	protoUDPLite = 136
)

// The TCP flags a packet gets by itself.
const (
	flagSYN = 2
	flagACK = 16
)

func hasPorts(proto uint8) bool {
	switch proto {
	case protoTCP, protoUDP, protoDCCP, protoSCTP, protoUDPLite:
		return true
	}
	return false
}

// isICMP reports whether the packet is of its own family's ICMP.
func (p *Packet) isICMP() bool {
	return p.Family == ir.V4 && p.Proto == protoICMP || p.Family == ir.V6 && p.Proto == protoICMPv6
}

var (
	multicast4 = netip.MustParsePrefix("224.0.0.0/4")
	multicast6 = netip.MustParsePrefix("ff00::/8")
	everybody4 = netip.MustParseAddr("255.255.255.255")
)

// addrType derives the address type as far as an address alone tells it: the
// broadcast addresses of attached networks are not known here.
func addrType(a netip.Addr) ir.AddrType {
	switch {
	case a == everybody4:
		return ir.Broadcast
	case multicast4.Contains(a), multicast6.Contains(a):
		return ir.Multicast
	}
	return ir.AnyType
}

// answered reports whether a rejected packet gets an answer: ICMP, broadcast and
// multicast get none (reference/pve-firewall §6.6).
func (p *Packet) answered() bool {
	return !p.isICMP() && addrType(p.Dest) == ir.AnyType && addrType(p.Source) == ir.AnyType
}

// firstState is what connection tracking makes of the first packet it sees of a
// flow. Most are new; an ICMP error or reply that belongs to nothing is invalid,
// and IPv6 neighbour discovery and multicast listener messages are not tracked.
func (p *Packet) firstState() ir.State {
	switch {
	case !p.isICMP():
		return ir.New
	case p.Family == ir.V4:
		switch p.ICMPType {
		case 8, 13, 15, 17: // the requests: echo, timestamp, information, address mask
			return ir.New
		}
		return ir.Invalid
	}
	switch p.ICMPType {
	case 130, 131, 132, 133, 134, 135, 136, 143:
		return ir.Untracked
	case 128, 139: // echo and node information requests
		return ir.New
	}
	return ir.Invalid
}
