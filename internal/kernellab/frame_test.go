package kernellab

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// every is a packet of each layout, in both families.
func every() []Packet {
	var out []Packet
	add := func(proto, kind uint8) {
		p := tcpPacket("outside", "vm100", 80)
		p.Proto, p.ICMPType = proto, kind
		out = append(out, p)
	}
	for _, proto := range []uint8{protoTCP, protoUDP, protoUDPLite, protoSCTP, protoDCCP, 2, 47, 50, 89} {
		add(proto, 0)
	}
	for _, kind := range []uint8{0, 3, 5, 8, 11, 13} {
		add(protoICMP, kind)
	}
	for _, p := range out[:9] {
		out = append(out, sixth(p))
	}
	for _, kind := range []uint8{1, 2, 128, 129, 133, 134, 135, 136, 143} {
		p := sixth(tcpPacket("outside", "vm100", 80))
		p.Proto, p.ICMPType = protoICMPv6, kind
		out = append(out, p)
	}
	return out
}

// The kernel takes a packet with a wrong checksum for invalid, so rules would not
// be what is judged.
func TestBuiltPacketsAreValid(t *testing.T) {
	for _, p := range every() {
		s, err := build(&p, 7)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := parseFrame(s.frame(make(net.HardwareAddr, 6), make(net.HardwareAddr, 6)))
		if !ok || !s.is(got) || !bytes.Equal(got.l4, s.l4) {
			t.Errorf("proto %d: not recognised: %+v", p.Proto, got)
		}
		if p.Source.Is4() && checksum(s.l3[:ipv4Header]) != 0 {
			t.Errorf("proto %d: wrong header checksum", p.Proto)
		}
		if sum := transportSum(s); sum != 0 {
			t.Errorf("proto %d type %d of %s: checksum is off by %#x", p.Proto, p.ICMPType, p.Source, sum)
		}
	}
}

// transportSum is zero for a right checksum.
func transportSum(s *sent) uint32 {
	p := s.packet
	switch {
	case p.Proto == protoSCTP:
		without := bytes.Clone(s.l4)
		copy(without[8:12], []byte{0, 0, 0, 0})
		return crc32.Checksum(without, crc32.MakeTable(crc32.Castagnoli)) ^ binary.LittleEndian.Uint32(s.l4[8:])
	case p.Source.Is4() && !slices.Contains([]uint8{protoTCP, protoUDP, protoDCCP, protoUDPLite}, p.Proto):
		return uint32(checksum(s.l4))
	}
	return uint32(checksum(pseudoHeader(p.Source, p.Dest, p.Proto, len(s.l4)), s.l4))
}

func TestMixedFamiliesAreRefused(t *testing.T) {
	p := tcpPacket("outside", "vm100", 80)
	p.Dest = netip.MustParseAddr("2001:db8::1")
	if _, err := build(&p, 0); err == nil {
		t.Error("a packet from IPv4 to IPv6 was built")
	}
}

// An answer is told from everything else that is on the wires.
func TestAnswersAreRecognised(t *testing.T) {
	for _, p := range []Packet{tcpPacket("outside", "vm100", 80), sixth(tcpPacket("outside", "vm100", 80))} {
		s, err := build(&p, 1)
		if err != nil {
			t.Fatal(err)
		}
		back := p
		back.Source, back.Dest, back.SPort, back.DPort, back.Flags = p.Dest, p.Source, p.DPort, p.SPort, 0x14
		if got := s.answerTo(sentTo(t, back)); got != "tcp-reset" {
			t.Errorf("a reset is %q", got)
		}
		back.Flags = 0x12
		if got := s.answerTo(sentTo(t, back)); got != "" {
			t.Errorf("an answer of a listener is %q", got)
		}
		back.Flags, back.DPort = 4, p.SPort+1
		if got := s.answerTo(sentTo(t, back)); got != "" {
			t.Errorf("the reset of another connection is %q", got)
		}
		proto, header, want := uint8(protoICMP), []byte{3, 13, 0, 0, 0, 0, 0, 0}, "icmp-admin-prohibited"
		if p.Source.Is6() {
			proto, header, want = protoICMPv6, []byte{1, 4, 0, 0, 0, 0, 0, 0}, "icmpv6-port-unreachable"
		}
		refusal := ipPacket{source: p.Dest, dest: p.Source, proto: proto, l4: append(header, s.l3...)}
		if got := s.answerTo(refusal); got != want {
			t.Errorf("an error about it is %q, want %q", got, want)
		}
		other, _ := build(&p, 2)
		refusal.l4 = append(header[:8:8], other.l3...)
		if got := s.answerTo(refusal); got != "" {
			t.Errorf("an error about another packet is %q", got)
		}
	}
}

func sentTo(t *testing.T, p Packet) ipPacket {
	t.Helper()
	s, err := build(&p, 99)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := parseIP(s.l3)
	return got
}

func TestTornPacketsAreNobodys(t *testing.T) {
	for _, b := range [][]byte{nil, {0x45}, append([]byte{0x4f}, make([]byte, 30)...), append([]byte{0x41}, make([]byte, 30)...), make([]byte, 60)} {
		if p, ok := parseIP(b); ok {
			t.Errorf("% x was read as %+v", b, p)
		}
	}
}

func TestWiring(t *testing.T) {
	w, err := wire(smallNode())
	if err != nil {
		t.Fatal(err)
	}
	text := w.node.String()
	for _, want := range []string{"link add fwbr100i0 type bridge", "link add fwln100i0 type veth peer name fwpr100p0", "link set fwpr100p0 master vmbr0",
		"link set tap100i0 master fwbr100i0", "link set tap101i0 master vmbr0", "addr add 2001:db8::1/64 dev vmbr0 nodad"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	lost := smallNode()
	lost.Stations[0].Bridge = "vmbr9"
	if _, err := wire(lost); err == nil || !strings.Contains(err.Error(), "vmbr9") {
		t.Errorf("a station on no bridge: %v", err)
	}
}

// The archive starts with the magic of its format, holds each name and each
// folder once and is aligned.
func TestArchive(t *testing.T) {
	a := archive(map[string][]byte{"bin/ip": []byte("x"), "bin/ipset": []byte("yy"), "init": []byte("zzz")})
	if !bytes.HasPrefix(a, []byte("070701")) || len(a)%4 != 0 {
		t.Errorf("%d bytes that start with %q", len(a), a[:6])
	}
	for _, name := range []string{"bin", "bin/ip", "bin/ipset", "init", "proc", "TRAILER!!!"} {
		if n := bytes.Count(a, []byte(name+"\x00")); n != 1 {
			t.Errorf("%s is there %d times", name, n)
		}
	}
}
