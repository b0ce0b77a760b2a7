package kernellab

import (
	"encoding/binary"
	"hash/crc32"
	"net/netip"
)

// transport makes what follows the IP header: valid in the eyes of connection
// tracking, which takes a packet with a wrong checksum or a torn header for
// invalid and so would decide in the place of the rules.
func transport(p *Packet, marker []byte) []byte {
	switch p.Proto {
	case protoTCP:
		return tcp(p, marker)
	case protoUDP, protoUDPLite:
		return udp(p, marker)
	case protoICMP, protoICMPv6:
		return icmp(p, marker)
	case protoSCTP:
		return sctp(p, marker)
	case protoDCCP:
		return dccp(p, marker)
	}
	return other(p, marker)
}

// other is any protocol without ports. The kernel answers a refused packet only
// if the checksum over it is right, for most protocols wherever in it that stands.
func other(p *Packet, marker []byte) []byte {
	b := append(make([]byte, 16), marker...)
	sum := checksum(b)
	if p.Source.Is6() {
		sum = checksum(pseudoHeader(p.Source, p.Dest, p.Proto, len(b)), b)
	}
	binary.BigEndian.PutUint16(b[2:], sum)
	return b
}

func ports(p *Packet) []byte {
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, p.SPort), p.DPort)
}

// tcp carries the marker in an experimental option, so that sequence numbers
// count no data.
func tcp(p *Packet, marker []byte) []byte {
	be := binary.BigEndian
	options := append([]byte{253, byte(2 + len(marker))}, marker...)
	for len(options)%4 != 0 {
		options = append(options, 1)
	}
	flags, seq := p.Flags, p.Seq
	switch flags {
	case 0:
		flags = 2
	case NoFlags:
		flags = 0
	}
	if seq == 0 {
		seq = 1000
	}
	b := be.AppendUint32(ports(p), seq)
	b = be.AppendUint32(b, p.Ack)
	b = append(b, byte((20+len(options))/4)<<4, flags)
	b = be.AppendUint16(b, 64240)
	b = append(append(b, 0, 0, 0, 0), options...)
	be.PutUint16(b[16:], checksum(pseudoHeader(p.Source, p.Dest, p.Proto, len(b)), b))
	return b
}

// udp is also UDP-Lite, whose third field is how much the checksum covers.
func udp(p *Packet, marker []byte) []byte {
	be := binary.BigEndian
	b := be.AppendUint16(ports(p), uint16(8+len(marker)))
	b = append(append(b, 0, 0), marker...)
	sum := checksum(pseudoHeader(p.Source, p.Dest, p.Proto, len(b)), b)
	if sum == 0 {
		sum = 0xffff // zero means that there is none
	}
	be.PutUint16(b[6:], sum)
	return b
}

// sctp is an INIT.
func sctp(p *Packet, marker []byte) []byte {
	be := binary.BigEndian
	b := append(ports(p), make([]byte, 8)...)
	b = be.AppendUint16(append(b, 1, 0), uint16(20+len(marker)))
	b = append(b, 0, 0, 0, 1, 0, 0, 255, 255, 0, 1, 0, 1, 0, 0, 0, 1)
	b = append(b, marker...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	binary.LittleEndian.PutUint32(b[8:], crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
	return b
}

// dccp is a REQUEST with a long sequence number.
func dccp(p *Packet, marker []byte) []byte {
	b := append(ports(p), 20/4, 0, 0, 0, 1, 0)
	b = append(b, 0, 0, 0, 0, 0, 9) // sequence number
	b = b[:16]
	b = append(b, 0, 0, 0, 7) // service
	b = append(b, marker...)
	binary.BigEndian.PutUint16(b[6:], checksum(pseudoHeader(p.Source, p.Dest, p.Proto, len(b)), b))
	return b
}

// icmp carries the marker where the kind of message has room: errors in the
// packet that they quote, neighbour discovery in an unknown option.
func icmp(p *Packet, marker []byte) []byte {
	b := []byte{p.ICMPType, p.ICMPCode, 0, 0}
	v6 := p.Proto == protoICMPv6
	switch {
	case isError(p.ICMPType, v6):
		b = append(append(b, 0, 0, 0, 0), quote(p, marker)...)
	case v6 && p.ICMPType == 134:
		b = append(append(b, make([]byte, 12)...), option(marker)...)
	case v6 && p.ICMPType == 133:
		b = append(append(b, 0, 0, 0, 0), option(marker)...)
	case v6 && (p.ICMPType == 135 || p.ICMPType == 136):
		b = append(append(b, 0, 0, 0, 0), p.Dest.AsSlice()...)
		b = append(b, option(marker)...)
	default:
		b = append(append(binary.BigEndian.AppendUint16(b, p.SPort), 0, 1), marker...)
		b = append(b, make([]byte, 20)...) // timestamps and masks are longer than an echo
	}
	if v6 {
		binary.BigEndian.PutUint16(b[2:], checksum(pseudoHeader(p.Source, p.Dest, p.Proto, len(b)), b))
	} else {
		binary.BigEndian.PutUint16(b[2:], checksum(b))
	}
	return b
}

func isError(kind uint8, v6 bool) bool {
	switch kind {
	case 3, 4, 5, 11, 12:
		return !v6 || kind < 5
	case 1, 2:
		return v6
	}
	return false
}

// quote is the packet that an ICMP error is about: one that the receiver of the
// error could have sent and that nobody knows.
func quote(p *Packet, marker []byte) []byte {
	about := &Packet{Source: p.Dest, Dest: p.Source, Proto: protoUDP, SPort: 1111, DPort: 2222}
	payload := udp(about, marker)
	return append(ipHeader(about.Source, about.Dest, about.Proto, len(payload)), payload...)
}

// option is a neighbour discovery option of a type that nobody uses.
func option(marker []byte) []byte {
	o := append([]byte{253, 0}, marker...)
	for len(o)%8 != 0 {
		o = append(o, 0)
	}
	o[1] = byte(len(o) / 8)
	return o
}

// pseudoHeader is what checksums of transport protocols cover besides.
func pseudoHeader(source, dest netip.Addr, proto uint8, length int) []byte {
	b := append(source.AsSlice(), dest.AsSlice()...)
	b = binary.BigEndian.AppendUint32(b, uint32(length))
	return append(b, 0, 0, 0, proto)
}

// checksum is the Internet checksum of the parts, each of which but the last is
// of even length.
func checksum(parts ...[]byte) uint16 {
	sum := uint32(0)
	for _, b := range parts {
		for i, octet := range b {
			sum += uint32(octet) << (8 * (1 - i%2))
		}
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}
