package kernellab

import (
	"net/netip"
	"time"
)

// Case is one question to the machine: a node, its rules, packets. Each case gets
// a node of its own, so nothing is left from the one before.
type Case struct {
	Node     Node
	Rules    Rules
	Packets  []Packet
	Patience time.Duration // for a packet that does not arrive; zero: DefaultPatience
	Look     bool          // report what the kernel holds of nftables once the rules are loaded
}

// DefaultPatience is long for packets that need a millisecond. Who doubts a
// Dropped asks again with more.
const DefaultPatience = 25 * time.Millisecond

// Node is what stands before any rule is loaded.
type Node struct {
	Bridges  []Bridge
	Stations []Station

	// BridgesAlone keeps bridged packets from the hooks of routed ones, where
	// iptables finds them (bridge-nf-call-iptables and its like are 0).
	BridgesAlone bool
}

// Bridge is a bridge of the node, with the node's own addresses on it.
type Bridge struct {
	Name, MAC string
	Addresses []netip.Prefix
}

// Station is a machine behind one port of a bridge: a guest's NIC, or something
// outside behind an uplink. It answers nothing.
type Station struct {
	Name     string // by which packets call it
	Device   string // the port on the node's side: tap100i0, veth200i0, eth0
	Bridge   string
	MAC      string
	Plumbing string // "100i0": Device hangs on fwbr100i0, which fwln100i0 and fwpr100p0 join to Bridge; empty: directly
}

// Rules are the texts for the tools of those names. An empty text is not loaded.
type Rules struct {
	IPSet, IPTables, IP6Tables, EBTables, NFT string

	// Batch is sent to the kernel as it is, in the place of NFT: transactions of nftables,
	// of each of which the last message asks for an answer.
	Batch []byte
}

// HostStation is the name by which packets call the node itself.
const HostStation = "host"

// Packet is one packet between two stations, or a station and the node. Both
// addresses are where the packet says: the node routes them to those stations.
type Packet struct {
	From, To           string
	Source, Dest       netip.Addr // of one family
	Proto              uint8
	SPort, DPort       uint16 // for TCP, UDP, UDP-Lite, SCTP and DCCP
	ICMPType, ICMPCode uint8
	Flags              uint8  // TCP header bits; zero: SYN. NoFlags for none
	Seq, Ack           uint32 // TCP; zero Seq: 1000
	MAC                string // source address of the frame; empty: the station's
	Keep               bool   // keep connection tracking of the packets before
}

// NoFlags asks for a TCP header without any flag.
const NoFlags = 0xff

// Report is the answer to a Case.
type Report struct {
	Refused  map[string]string // tool to its complaint; no packet gets a verdict then
	Outcomes []Outcome         // one per packet
	Listing  string            // nft -j list ruleset
	Script   string            // what was read back of pvefw's tables, as a script
}

// Outcome is what became of a packet.
type Outcome struct {
	Verdict Verdict
	Answer  string   // tcp-reset, icmp-port-unreachable, icmpv6-admin-prohibited, ...: also of a receiver behind the rules
	Marks   []uint32 // connection marks afterwards, those that are not zero
	Logs    []string // prefixes of what was logged to group 0 about it
	Seen    []string // other stations that the packet came to
	Problem string   // why there is no verdict
}

// Verdict is empty for a packet that could not be judged.
type Verdict string

// The verdicts, as a sender and a receiver see them. Rejected means that an
// answer was really sent, Unreachable that the packet does not arrive without
// rules either, so that nothing can be said about them.
const (
	Delivered   Verdict = "ACCEPT"
	Dropped     Verdict = "DROP"
	Rejected    Verdict = "REJECT"
	Unreachable Verdict = "UNREACHABLE"
)

// MissingError says why the lab cannot start on this machine.
type MissingError struct{ What string }

func (e *MissingError) Error() string { return "the kernel lab needs " + e.What }
