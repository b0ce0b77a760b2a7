package netlink

import (
	"bytes"
	"encoding/binary"
)

// eachAttribute hands attributes to visit, as far as they are whole. The upper bits of
// a number are flags.
func eachAttribute(b []byte, visit func(number uint16, v []byte)) {
	for len(b) >= 4 {
		n := int(binary.NativeEndian.Uint16(b))
		if n < 4 || n > len(b) {
			return
		}
		visit(binary.NativeEndian.Uint16(b[2:])&0x3fff, b[4:n])
		b = b[min(len(b), (n+3)&^3):]
	}
}

// attributes are a list of them, as it came.
type attributes []byte

// get returns the first attribute of a number, nil where there is none. Lists are
// short, so that looking again is cheaper than remembering.
func (a attributes) get(number uint16) attributes {
	for len(a) >= 4 {
		n := int(binary.NativeEndian.Uint16(a))
		if n < 4 || n > len(a) {
			return nil
		}
		if binary.NativeEndian.Uint16(a[2:])&0x3fff == number {
			return a[4:n:n]
		}
		a = a[min(len(a), (n+3)&^3):]
	}
	return nil
}

// text is a string up to its zero.
func text(v []byte) string { return string(letters(v)) }

// letters are the bytes of a string up to its zero.
func letters(v []byte) []byte {
	if i := bytes.IndexByte(v, 0); i >= 0 {
		return v[:i]
	}
	return v
}

// number32 is a number in the order of the network, zero where there is none.
func number32(v []byte) uint32 {
	if len(v) != 4 {
		return 0
	}
	return binary.BigEndian.Uint32(v)
}

func number16(v []byte) uint16 {
	if len(v) != 2 {
		return 0
	}
	return binary.BigEndian.Uint16(v)
}

func number64(v []byte) uint64 {
	if len(v) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(v)
}

// commentIn is the comment in user data, empty where there is none.
func commentIn(v []byte) string {
	for len(v) >= 2 && len(v) >= 2+int(v[1]) {
		if v[0] == userComment {
			return text(v[2 : 2+int(v[1])])
		}
		v = v[2+int(v[1]):]
	}
	return ""
}
