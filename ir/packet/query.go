package packet

import (
	"fmt"
	"net/netip"

	"github.com/pvefw/pvefw/ir"
)

// Query asks what happens to a packet between two zones. ParseQuery makes one
// with all defaults but those of the addresses, which depend on the zones.
type Query struct {
	From, To             string     // zones; empty: outside, host
	Source, Dest         netip.Addr // invalid: the default of that end
	Proto                uint8
	SPort, DPort         uint16
	ICMPType, ICMPCode   uint8
	MAC                  string   // empty: the sending NIC's own
	State                ir.State // zero: what connection tracking makes of a first packet
	HostAddr4, HostAddr6 netip.Addr
}

// DefaultQuery is the packet that a user means who says nothing: a TCP packet to
// port 9999 from outside to the host.
func DefaultQuery() Query {
	return Query{From: "outside", To: "host", Proto: protoTCP, SPort: 20000, DPort: 9999, ICMPType: 8}
}

// The addresses of a packet whose ends nobody named.
var (
	source4 = netip.MustParseAddr("100.100.1.2")
	dest4   = netip.MustParseAddr("100.200.3.4")
	source6 = netip.MustParseAddr("2001:db8:100::1:2")
	dest6   = netip.MustParseAddr("2001:db8:200::3:4")
)

// packet makes the packet that leaves zone from for zone to.
func (q *Query) packet(from, to zone) (*Packet, error) {
	family, err := q.family()
	if err != nil {
		return nil, err
	}
	p := &Packet{Family: family, Proto: q.Proto, SPort: q.SPort, DPort: q.DPort, ICMPType: q.ICMPType, ICMPCode: q.ICMPCode,
		MAC: q.MAC, State: q.State, Flags: flagSYN}
	p.Source, p.Dest = q.end(q.Source, from, family, source4, source6), q.end(q.Dest, to, family, dest4, dest6)
	if p.State == 0 {
		p.State = p.firstState()
	}
	if p.State == ir.EstablishedState {
		p.Flags = flagACK
	}
	if p.MAC == "" && from.nic != nil {
		p.MAC = from.nic.MAC
	}
	return p, nil
}

// family follows the addresses, then the protocol.
func (q *Query) family() (ir.Family, error) {
	source, dest := q.Source, q.Dest
	switch {
	case source.IsValid() && dest.IsValid() && source.Is4() != dest.Is4():
		return 0, fmt.Errorf("source %s and dest %s are not of the same family", source, dest)
	case !source.IsValid():
		source = dest
	}
	if !source.IsValid() {
		if q.Proto == protoICMPv6 {
			return ir.V6, nil
		}
		return ir.V4, nil
	}
	if source.Is4() && q.Proto == protoICMPv6 {
		return 0, fmt.Errorf("proto icmpv6 does not go with the IPv4 address %s", source)
	}
	return familyOf(source), nil
}

// end is the address of one end: the one given, the node's, or the default.
func (q *Query) end(given netip.Addr, z zone, f ir.Family, v4, v6 netip.Addr) netip.Addr {
	own, other := q.HostAddr4, v4
	if f == ir.V6 {
		own, other = q.HostAddr6, v6
	}
	switch {
	case given.IsValid():
		return given
	case z.host && own.IsValid() && familyOf(own) == f:
		return own
	}
	return other
}
