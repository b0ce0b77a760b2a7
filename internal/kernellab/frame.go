package kernellab

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
)

// sent is a packet as bytes, and what to recognise it and its answers by.
type sent struct {
	packet  *Packet
	l3, l4  []byte // l4 is the tail of l3
	marker  []byte // stands in the packet's payload or options, nowhere else
	outcome Outcome
}

// The lengths of the fixed headers.
const (
	ethernetHeader = 14
	ipv4Header     = 20
	ipv6Header     = 40
)

// The protocols with a layout of their own here.
const (
	protoICMP    = 1
	protoTCP     = 6
	protoUDP     = 17
	protoDCCP    = 33
	protoICMPv6  = 58
	protoSCTP    = 132
	protoUDPLite = 136
)

// build makes the bytes of the serial-th packet of a case.
func build(p *Packet, serial int) (*sent, error) {
	if !p.Source.IsValid() || p.Source.BitLen() != p.Dest.BitLen() {
		return nil, fmt.Errorf("source %s and dest %s are no addresses of one family", p.Source, p.Dest)
	}
	s := &sent{packet: p, marker: fmt.Appendf(nil, "~lab%05d~", serial%100000)}
	s.l4 = transport(p, s.marker)
	s.l3 = append(ipHeader(p.Source, p.Dest, p.Proto, len(s.l4)), s.l4...)
	return s, nil
}

// ipHeader makes the header of a packet that nobody has forwarded yet.
func ipHeader(source, dest netip.Addr, proto uint8, payload int) []byte {
	be := binary.BigEndian
	if source.Is6() {
		h := be.AppendUint16([]byte{6 << 4, 0, 0, 0}, uint16(payload))
		h = append(h, proto, 255)
		h = append(h, source.AsSlice()...)
		return append(h, dest.AsSlice()...)
	}
	h := be.AppendUint16([]byte{4<<4 | ipv4Header/4, 0}, uint16(ipv4Header+payload))
	h = append(h, 0x12, 0x34, 0, 0, 64, proto, 0, 0)
	h = append(h, source.AsSlice()...)
	h = append(h, dest.AsSlice()...)
	be.PutUint16(h[10:], checksum(h))
	return h
}

// frame puts the packet on a wire.
func (s *sent) frame(source, dest net.HardwareAddr) []byte {
	kind := uint16(0x0800)
	if s.packet.Source.Is6() {
		kind = 0x86dd
	}
	f := append(append([]byte{}, dest...), source...)
	return append(binary.BigEndian.AppendUint16(f, kind), s.l3...)
}

// ipPacket is a received packet, taken apart as far as needed.
type ipPacket struct {
	source, dest netip.Addr
	proto        uint8
	l4           []byte
}

// parseFrame returns the IP packet in a frame.
func parseFrame(frame []byte) (ipPacket, bool) {
	if len(frame) < ethernetHeader {
		return ipPacket{}, false
	}
	return parseIP(frame[ethernetHeader:])
}

// parseIP goes by the version nibble. Extension headers are not looked into.
func parseIP(b []byte) (ipPacket, bool) {
	switch {
	case len(b) >= ipv4Header && b[0]>>4 == 4:
		header := int(b[0]&15) * 4
		if header < ipv4Header || len(b) < header {
			return ipPacket{}, false
		}
		return ipPacket{netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20])), b[9], b[header:]}, true
	case len(b) >= ipv6Header && b[0]>>4 == 6:
		return ipPacket{netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40])), b[6], b[ipv6Header:]}, true
	}
	return ipPacket{}, false
}

// is reports whether p is the packet that was sent.
func (s *sent) is(p ipPacket) bool { return s.addressed(p) && bytes.Contains(p.l4, s.marker) }

func (s *sent) addressed(p ipPacket) bool {
	return p.source == s.packet.Source && p.dest == s.packet.Dest && p.proto == s.packet.Proto
}
