package netlink

import (
	"encoding/binary"
	"errors"

	"golang.org/x/sys/unix"
)

// firstRequest is where the numbers of requests begin, beyond those of any batch, so
// that a late answer to one is never taken for one to the other.
const firstRequest = 1 << 31

// errMoved says that the ruleset changed in the middle of a dump.
var errMoved = errors.New("the ruleset changed while it was read")

// ask sends a request that fill completes and hands each message of the answer to
// visit, without the header of netfilter.
func (c *Conn) ask(number uint16, flags uint16, family byte, fill func(w *wire), visit func(body []byte) error) error {
	c.number++
	sequence := firstRequest | c.number
	w := wire{b: c.request[:0]}
	at := w.begin(kind(number), flags, sequence, family, 0)
	fill(&w)
	w.end(at)
	c.request = w.b
	if err := c.send(w.b); err != nil {
		return err
	}
	for done := false; !done; {
		err := c.receive(0, func(m reply) error {
			if m.sequence != sequence || done {
				return nil
			}
			var err error
			done, err = m.part(flags, visit)
			return err
		})
		if err != nil {
			c.drain()
			return err
		}
	}
	return nil
}

// part handles one message of an answer and reports whether it was the last one.
func (m reply) part(flags uint16, visit func(body []byte) error) (done bool, err error) {
	if m.flags&unix.NLM_F_DUMP_INTR != 0 {
		return true, errMoved
	}
	switch m.kind {
	case unix.NLMSG_ERROR:
		_, err = m.failure()
		return true, err
	case unix.NLMSG_DONE:
		if len(m.body) >= 4 {
			if code := int32(binary.NativeEndian.Uint32(m.body)); code < 0 {
				err = unix.Errno(-code)
			}
		}
		return true, err
	}
	if len(m.body) < 4 {
		return true, errors.New("the kernel's answer is torn")
	}
	return flags&unix.NLM_F_DUMP != unix.NLM_F_DUMP, visit(m.body[4:])
}

// Generation is the number of the ruleset in force, of all tables; it changes with every
// transaction of anybody.
func (c *Conn) Generation() (uint32, error) {
	var id uint32
	err := c.ask(unix.NFT_MSG_GETGEN, 0, unix.AF_UNSPEC, func(*wire) {}, func(b []byte) error {
		eachAttribute(b, func(number uint16, v []byte) {
			if number == unix.NFTA_GEN_ID {
				id = number32(v)
			}
		})
		return nil
	})
	return id, err
}
