package kernellab

import (
	"bytes"
	"fmt"
)

// answerTo names the refusal of s that p is; empty for anything else. A refusal
// is a TCP reset, or an ICMP error that quotes what was sent.
func (s *sent) answerTo(p ipPacket) string {
	v6 := p.source.Is6()
	switch {
	case p.proto == protoTCP && s.packet.Proto == protoTCP && len(p.l4) >= 20:
		const reset = 4
		if p.l4[13]&reset != 0 && p.source == s.packet.Dest && p.dest == s.packet.Source &&
			bytes.Equal(p.l4[0:2], s.l4[2:4]) && bytes.Equal(p.l4[2:4], s.l4[0:2]) {
			return "tcp-reset"
		}
	case p.proto == protoICMP && !v6 && len(p.l4) > 8 && p.l4[0] == 3 && s.quotedIn(p.l4[8:]):
		return "icmp-" + nameOf(icmpCodes, p.l4[1])
	case p.proto == protoICMPv6 && v6 && len(p.l4) > 8 && p.l4[0] == 1 && s.quotedIn(p.l4[8:]):
		return "icmpv6-" + nameOf(icmpv6Codes, p.l4[1])
	}
	return ""
}

// quotedIn goes by the marker, and where the quotation is too short for it, by
// the first eight bytes, which every error quotes.
func (s *sent) quotedIn(quotation []byte) bool {
	p, ok := parseIP(quotation)
	if !ok || !s.addressed(p) {
		return false
	}
	return bytes.Contains(p.l4, s.marker) || len(p.l4) == 8 && bytes.Equal(p.l4[:4], s.l4[:4])
}

var icmpCodes = map[byte]string{0: "net-unreachable", 1: "host-unreachable", 2: "proto-unreachable", 3: "port-unreachable",
	9: "net-prohibited", 10: "host-prohibited", 13: "admin-prohibited"}

var icmpv6Codes = map[byte]string{0: "no-route", 1: "admin-prohibited", 3: "addr-unreachable", 4: "port-unreachable",
	5: "policy-fail", 6: "reject-route"}

func nameOf(names map[byte]string, code byte) string {
	if name, ok := names[code]; ok {
		return name
	}
	return fmt.Sprintf("code-%d", code)
}
