package ir

import (
	"net/netip"
	"strconv"
	"strings"
)

// The protocols that built-ins speak of.
var (
	protoICMP = &Proto{Text: "icmp", Number: 1}
	protoIGMP = &Proto{Text: "igmp", Number: 2}
	protoTCP  = &Proto{Text: "tcp", Number: 6}
	protoUDP  = &Proto{Text: "udp", Number: 17}
	protoICM6 = &Proto{Text: "icmpv6", Number: 58}
)

// The TCP header bits, as in TCPFlags.
const (
	flagFIN = 1
	flagSYN = 2
	flagRST = 4
	flagPSH = 8
	flagACK = 16
	flagURG = 32

	flagsOfOpening = flagFIN | flagSYN | flagRST | flagACK
	flagsAll       = flagsOfOpening | flagPSH | flagURG
)

// smurfs drops broadcast and multicast sources of packets that belong to no
// known connection, except the unspecified address of a DHCP client
// (reference/pve-firewall §6.5, §6.6; IPv4 only).
func (e *expansion) smurfs() {
	if e.family != V4 {
		return
	}
	fresh := Invalid | New
	e.add(Match{State: fresh, Source: prefixAddr("0.0.0.0/32")}, Leave)
	e.add(Match{State: fresh, SrcType: Broadcast}, Drop)
	e.add(Match{State: fresh, Source: prefixAddr("224.0.0.0/4")}, Drop)
}

// badTCPFlags drops flag combinations that no TCP sends, and connections from
// port 0 (reference/pve-firewall §6.6).
func (e *expansion) badTCPFlags() {
	for _, f := range []TCPFlags{
		{Mask: flagsAll, Want: flagFIN | flagPSH | flagURG},
		{Mask: flagsAll},
		{Mask: flagSYN | flagRST, Want: flagSYN | flagRST},
		{Mask: flagFIN | flagSYN, Want: flagFIN | flagSYN},
	} {
		e.add(Match{Proto: protoTCP, Flags: &f}, Drop)
	}
	opening := &TCPFlags{Mask: flagsOfOpening, Want: flagSYN}
	e.add(Match{Proto: protoTCP, SPort: ports(PortRange{0, 0}), Flags: opening}, Drop)
}

// corosync lets cluster members talk: with transport udp by multicast, and always
// per known pair of addresses (reference/pve-firewall §6.9).
func (e *expansion) corosync() {
	b := e.builtin
	cluster := ports(PortRange{5404, 5405})
	if b.AnyCast {
		e.letIn(Match{DstType: Multicast, Proto: protoUDP, DPort: cluster})
	}
	for _, p := range b.Peers {
		local, remote := hostAddr(p.Local), hostAddr(p.Remote)
		if p.Family != e.family || local == nil || remote == nil {
			continue
		}
		if b.Dir == In {
			e.letIn(Match{Source: remote, Dest: local, Proto: protoUDP, DPort: cluster})
		} else {
			e.letIn(Match{Source: local, Dest: remote, Proto: protoUDP, DPort: cluster})
		}
	}
}

// noise is PVEFW-Drop or PVEFW-Reject of reference/pve-firewall §6.6: what is too
// common to be logged. It accepts the ICMP errors that connections depend on.
func (e *expansion) noise(smb VerdictKind) {
	if e.family == V6 {
		e.add(Match{Proto: protoTCP, DPort: ports(PortRange{43, 43})}, Reject)
	}
	e.broadcastNoise()
	e.criticalICMP()
	e.add(Match{State: Invalid}, Drop)
	e.add(Match{Proto: protoUDP, DPort: ports(PortRange{135, 135}, PortRange{445, 445})}, smb)
	e.add(Match{Proto: protoUDP, DPort: ports(PortRange{137, 139})}, smb)
	e.add(Match{Proto: protoUDP, SPort: ports(PortRange{137, 137}), DPort: ports(PortRange{1024, 65535})}, smb)
	e.add(Match{Proto: protoTCP, DPort: ports(PortRange{135, 135}, PortRange{139, 139}, PortRange{445, 445})}, smb)
	e.add(Match{Proto: protoUDP, DPort: ports(PortRange{1900, 1900})}, Drop)
	e.add(Match{Proto: protoTCP, Flags: &TCPFlags{Mask: flagsOfOpening, Want: flagSYN, Negated: true}}, Drop)
	e.add(Match{Proto: protoUDP, SPort: ports(PortRange{53, 53})}, Drop)
}

func (e *expansion) broadcastNoise() {
	if e.family == V6 {
		e.add(Match{Dest: prefixAddr("ff00::/8")}, Drop)
		return
	}
	for _, t := range []AddrType{Broadcast, Multicast, Anycast} {
		e.add(Match{DstType: t}, Drop)
	}
	e.add(Match{Dest: prefixAddr("224.0.0.0/4")}, Drop)
}

func (e *expansion) criticalICMP() {
	if e.family == V4 {
		e.add(icmpMatch("fragmentation-needed", false, 3, 4), Accept)
		e.add(icmpMatch("time-exceeded", false, 11, -1), Accept)
		return
	}
	e.add(icmpMatch("destination-unreachable", true, 1, -1), Accept)
	e.add(icmpMatch("time-exceeded", true, 3, -1), Accept)
	e.add(icmpMatch("packet-too-big", true, 2, -1), Accept)
}

func icmpMatch(name string, v6 bool, number uint8, code int) Match {
	m := Match{Proto: protoICMP, ICMP: &ICMP{Text: name, V6: v6, Type: number, Code: code}}
	if v6 {
		m.Proto = protoICM6
	}
	return m
}

// ports makes a Ports with the text that iptables is given.
func ports(ranges ...PortRange) *Ports {
	texts := make([]string, len(ranges))
	for i, r := range ranges {
		texts[i] = strconv.Itoa(int(r.First))
		if r.Last != r.First {
			texts[i] += ":" + strconv.Itoa(int(r.Last))
		}
	}
	return &Ports{Text: strings.Join(texts, ","), Ranges: ranges, List: len(ranges) > 1}
}

func prefixAddr(text string) *Addr {
	return &Addr{Text: text, Prefixes: []netip.Prefix{netip.MustParsePrefix(text)}}
}

// hostAddr is one address as a match, nil when the text is none.
func hostAddr(text string) *Addr {
	a, err := netip.ParseAddr(text)
	if err != nil {
		return nil
	}
	a = a.WithZone("")
	return &Addr{Text: text, Prefixes: []netip.Prefix{netip.PrefixFrom(a, a.BitLen())}}
}
