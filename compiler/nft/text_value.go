package nft

import (
	"encoding/binary"
	"strconv"
)

// bytes are the last size bytes of the number, as the network has them.
func (v Value) bytes(size int) []byte {
	b := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, v.Hi), v.Lo)
	return b[16-size:]
}

// named is a value that the script has a name for.
type named struct {
	value uint64
	name  string
}

// names are few for each field, so that looking at all is faster than a map.
var names = [fields][]named{
	NFProto:    {{2, "ipv4"}, {10, "ipv6"}},
	Protocol:   {{0x0800, "ip"}, {0x86dd, "ip6"}, {0x0806, "arp"}},
	L4Proto:    {{protoTCP, "tcp"}, {protoUDP, "udp"}, {protoICMP, "icmp"}, {protoICMPv6, "ipv6-icmp"}},
	PacketType: {{0, "host"}, {1, "broadcast"}, {2, "multicast"}, {3, "other"}},
	SourceType: {{typeBroadcast, "broadcast"}, {typeAnycast, "anycast"}},
	DestType:   {{typeBroadcast, "broadcast"}, {typeAnycast, "anycast"}},
}

// nameOf is the script's name for a value, empty where it has none.
func nameOf(f Field, value uint64) string {
	for i := range names[f] {
		if names[f][i].value == value {
			return names[f][i].name
		}
	}
	return ""
}

func appendValue(b []byte, f Field, v Value) []byte {
	spec := f.Spec()
	switch {
	case spec.Name:
		return append(append(append(b, '"'), v.Name...), '"')
	case f.isAddress():
		return v.Addr(f).AppendTo(b)
	case f == EtherSource || f == EtherDest:
		return appendHardware(b, v)
	}
	if name := nameOf(f, v.Lo); name != "" {
		return append(b, name...)
	}
	switch f {
	case Protocol, Mark, ConnMark, ARPHead:
		return appendHex(b, v.Lo, spec.Size)
	}
	return strconv.AppendUint(b, v.Lo, 10)
}

func appendHardware(b []byte, v Value) []byte {
	const digits = "0123456789abcdef"
	for i, c := range v.bytes(6) {
		if i > 0 {
			b = append(b, ':')
		}
		b = append(b, digits[c>>4], digits[c&15])
	}
	return b
}

// appendSpan writes one value, a prefix or a range.
func appendSpan(b []byte, f Field, s Span) []byte {
	b = appendValue(b, f, s.First)
	if s.single() {
		return b
	}
	if size := 8 * f.Spec().Size; f.isAddress() {
		if n, ok := s.prefixOf(size); ok {
			return strconv.AppendInt(append(b, '/'), int64(n), 10)
		}
	}
	return appendValue(append(b, '-'), f, s.Last)
}

func appendSpans(b []byte, f Field, spans []Span) []byte {
	for i, s := range spans {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendSpan(b, f, s)
	}
	return b
}

// appendSet writes a reference to a named set, or an anonymous one as a whole.
func appendSet(b []byte, s *Set) []byte {
	if s.Name != "" {
		return append(append(b, '@'), s.Name...)
	}
	b = append(b, "{ "...)
	for i := range s.Elements {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendElement(b, s, &s.Elements[i])
	}
	return append(b, " }"...)
}

func appendElement(b []byte, s *Set, e *Element) []byte {
	for i, f := range s.Key {
		if i > 0 {
			b = append(b, " . "...)
		}
		b = appendSpan(b, f, e.Key[i])
	}
	if s.Verdicts {
		b = appendVerdict(append(b, " : "...), e.Verdict)
	}
	return b
}

// Text is an element of the set in the words of the script.
func (s *Set) Text(e *Element) string { return string(appendElement(nil, s, e)) }
