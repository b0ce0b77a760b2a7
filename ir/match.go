package ir

import "net/netip"

// Match is a conjunction; the zero Match matches every packet. Texts are kept as
// written beside their values because the reference prints them verbatim.
type Match struct {
	In, Out      string // network interface by name, "" for any
	Source, Dest *Addr
	Proto        *Proto
	ICMP         *ICMP
	SPort, DPort *Ports
	SrcType      AddrType
	DstType      AddrType
	State        State
	NotMAC       string // source MAC differs from this one
	Flags        *TCPFlags

	// AcceptedBySender matches a packet that a firewalled guest was allowed to
	// send and that still carries the accept mark (reference §9.6).
	AcceptedBySender bool
}

// IsAny reports whether the match restricts nothing.
func (m *Match) IsAny() bool { return *m == Match{} }

// Addr is a set of addresses. Exactly one of Prefixes, Range and Set is in use.
// Negated is only used with Set.
type Addr struct {
	Text     string
	Prefixes []netip.Prefix // masked, as the kernel reads the text
	Range    *Range
	Set      *Set
	Negated  bool
}

// Range is first to last, both included.
type Range struct{ First, Last netip.Addr }

// Proto is an IP protocol by number. In an IPv6 pass "icmp" stays number 1. As in
// netfilter, number 0 ("ip", "hopopt") matches every protocol.
type Proto struct {
	Text   string
	Number uint8
}

// ICMP is an ICMP or ICMPv6 type. Any matches all types; Code < 0 any code.
type ICMP struct {
	Text   string
	V6     bool
	Any    bool
	Type   uint8
	Code   int
	Option bool // written as -icmp-type, not as -dport

	// Also is a type that must match as well: a macro brings one beside -icmp-type.
	Also *ICMP
}

// Ports is a list of port ranges.
type Ports struct {
	Text   string
	Ranges []PortRange
	List   bool // written with a comma
}

// PortRange is first to last, both included.
type PortRange struct{ First, Last uint16 }

// AddrType is netfilter's address type.
type AddrType uint8

// The address types in use.
const (
	AnyType AddrType = iota
	Broadcast
	Multicast
	Anycast
)

// State is a set of conntrack states; zero matches all.
type State uint8

// The conntrack states.
const (
	New State = 1 << iota
	EstablishedState
	Related
	Invalid
	Untracked
)

// TCPFlags matches when the flags under Mask equal Want (not, when Negated).
// Bits as in the TCP header: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32.
type TCPFlags struct {
	Mask, Want uint8
	Negated    bool
}

// Set is a named address set. It exists in both families.
type Set struct {
	Owner    int    // VMID, 0 for the datacenter and the software-defined network
	SDN      bool   // derived from the software-defined network: sdn/NAME
	Name     string // as defined: in lower case, unless SDN
	Entries  []SetEntry
	Declared int // entries that count for its size: dead ones and both families too
	Origin   Origin
}

// SetEntry is one element; Skipped entries have a reason and no effect.
type SetEntry struct {
	Text    string // as it is printed: /32 dropped, aliases resolved, IPv6 compressed
	Prefix  netip.Prefix
	NoMatch bool
	Skipped string
	Origin  Origin
}
