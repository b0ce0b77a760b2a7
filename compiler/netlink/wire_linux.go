package netlink

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// wire is a buffer of netlink messages in the making. Lengths are written when
// something is closed. Headers are in the byte order of the machine, numbers of
// netfilter in that of the network.
type wire struct{ b []byte }

// kind is the number of a message of nftables.
func kind(message uint16) uint16 { return unix.NFNL_SUBSYS_NFTABLES<<8 | message }

// begin starts a message and returns where.
func (w *wire) begin(kind, flags uint16, sequence uint32, family byte, resource uint16) int {
	at := len(w.b)
	w.b = append(w.b, 0, 0, 0, 0)
	w.b = binary.NativeEndian.AppendUint16(w.b, kind)
	w.b = binary.NativeEndian.AppendUint16(w.b, flags|unix.NLM_F_REQUEST)
	w.b = binary.NativeEndian.AppendUint32(w.b, sequence)
	w.b = append(w.b, 0, 0, 0, 0, family, unix.NFNETLINK_V0)
	w.b = binary.BigEndian.AppendUint16(w.b, resource)
	return at
}

// end closes the message that began at a place.
func (w *wire) end(at int) { binary.NativeEndian.PutUint32(w.b[at:], uint32(len(w.b)-at)) }

// nest opens an attribute of attributes and returns where.
func (w *wire) nest(number uint16) int {
	at := len(w.b)
	w.head(4, number|unix.NLA_F_NESTED)
	return at
}

// close ends the attribute that was opened at a place.
func (w *wire) close(at int) { binary.NativeEndian.PutUint16(w.b[at:], uint16(len(w.b)-at)) }

func (w *wire) head(length int, number uint16) {
	w.b = binary.NativeEndian.AppendUint16(w.b, uint16(length))
	w.b = binary.NativeEndian.AppendUint16(w.b, number)
}

// value writes an attribute.
func (w *wire) value(number uint16, v []byte) {
	w.head(4+len(v), number)
	w.b = append(w.b, v...)
	w.pad()
}

// text writes a string with its zero.
func (w *wire) text(number uint16, s string) {
	w.head(4+len(s)+1, number)
	w.b = append(append(w.b, s...), 0)
	w.pad()
}

// number writes 32 bits.
func (w *wire) number(number uint16, n uint32) {
	w.head(8, number)
	w.b = binary.BigEndian.AppendUint32(w.b, n)
}

// comment writes user data that is a comment and nothing else.
func (w *wire) comment(number uint16, text string) {
	w.head(4+2+len(text)+1, number)
	w.b = append(w.b, userComment, byte(len(text)+1))
	w.b = append(append(w.b, text...), 0)
	w.pad()
}

// pad fills up to a multiple of four. Every message begins at one.
func (w *wire) pad() {
	for len(w.b)%4 != 0 {
		w.b = append(w.b, 0)
	}
}

// Kinds of entries in user data, by which nft knows them too.
const (
	userComment      = 0 // of rules and chains
	userKeyOrder     = 0 // of sets
	userDataOrder    = 1
	userElementFlags = 1 // of elements
)

// familyNumber is the table's family as the kernel numbers it.
func familyNumber(f nft.Family) byte {
	if f == nft.Bridge {
		return unix.NFPROTO_BRIDGE
	}
	return unix.NFPROTO_INET
}
