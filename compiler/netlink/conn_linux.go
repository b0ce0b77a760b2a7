package netlink

import (
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// Conn is a connection to the kernel, in the network namespace of the thread that
// opened it. It is for one user at a time.
type Conn struct {
	fd      int
	buffer  []byte
	request []byte
	number  uint32 // of the last request
	tables  func() []*nft.Table

	listings *listings // nil where nobody remembers any
}

// patience is how long the kernel may take to answer, in seconds. A batch of half a
// million rules takes two.
const patience = 120

// Open connects to the kernel. It needs the right to configure the network.
func Open() (*Conn, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_NETFILTER)
	if err != nil {
		return nil, fmt.Errorf("no netfilter socket: %w", err)
	}
	c := &Conn{fd: fd, buffer: make([]byte, 1<<16), tables: ours}
	if err := c.prepare(); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	return c, nil
}

// prepare asks for short answers with words in them, and a place for many.
func (c *Conn) prepare() error {
	if err := unix.Bind(c.fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return fmt.Errorf("the netfilter socket gets no address: %w", err)
	}
	for _, option := range []int{unix.NETLINK_CAP_ACK, unix.NETLINK_EXT_ACK} {
		_ = unix.SetsockoptInt(c.fd, unix.SOL_NETLINK, option, 1) // older kernels answer at length and without words
	}
	c.grow(unix.SO_RCVBUFFORCE, unix.SO_RCVBUF, 4<<20)
	return unix.SetsockoptTimeval(c.fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: patience})
}

// grow enlarges a buffer of the socket, beyond the system's limit where that is
// allowed.
func (c *Conn) grow(force, plain, size int) {
	if unix.SetsockoptInt(c.fd, unix.SOL_SOCKET, force, size) != nil {
		_ = unix.SetsockoptInt(c.fd, unix.SOL_SOCKET, plain, size)
	}
}

// Close ends the connection.
func (c *Conn) Close() error { return unix.Close(c.fd) }

func (c *Conn) send(b []byte) error {
	n, err := retry(func() (int, error) {
		return unix.SendmsgN(c.fd, b, nil, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}, 0)
	})
	if err == nil && n < len(b) {
		err = fmt.Errorf("only %d of %d bytes were taken", n, len(b))
	}
	return err
}

// receive hands the messages of one datagram to visit. Messages of others than the
// kernel are left out.
func (c *Conn) receive(flags int, visit func(m reply) error) error {
	var from unix.Sockaddr
	n, err := retry(func() (int, error) {
		n, _, cut, sender, err := unix.Recvmsg(c.fd, c.buffer, nil, flags)
		from = sender
		if err == nil && cut&unix.MSG_TRUNC != 0 {
			err = errors.New("an answer is longer than any should be")
		}
		return n, err
	})
	if err != nil {
		return err
	}
	if a, ok := from.(*unix.SockaddrNetlink); !ok || a.Pid != 0 {
		return nil
	}
	for b := c.buffer[:n]; len(b) >= unix.NLMSG_HDRLEN; {
		length := int(binary.NativeEndian.Uint32(b))
		if length < unix.NLMSG_HDRLEN || length > len(b) {
			return errors.New("the kernel's answer is torn")
		}
		m := reply{kind: binary.NativeEndian.Uint16(b[4:]), flags: binary.NativeEndian.Uint16(b[6:]), sequence: binary.NativeEndian.Uint32(b[8:]), body: b[unix.NLMSG_HDRLEN:length]}
		if err := visit(m); err != nil {
			return err
		}
		b = b[min(len(b), (length+3)&^3):]
	}
	return nil
}

// reply is one message of the kernel. Its body is the connection's until the next one
// is received.
type reply struct {
	kind, flags uint16
	sequence    uint32
	body        []byte
}

// failure is the error number in a message that is an error or an acknowledgement,
// with the words that come with it.
func (m reply) failure() (words string, reason error) {
	if len(m.body) < 4 {
		return "", errors.New("the kernel's answer is torn")
	}
	code := int32(binary.NativeEndian.Uint32(m.body))
	if code == 0 {
		return "", nil
	}
	if m.flags&unix.NLM_F_ACK_TLVS != 0 && m.flags&unix.NLM_F_CAPPED != 0 && len(m.body) >= 4+unix.NLMSG_HDRLEN {
		eachAttribute(m.body[4+unix.NLMSG_HDRLEN:], func(number uint16, v []byte) {
			if number == unix.NLMSGERR_ATTR_MSG {
				words = text(v)
			}
		})
	}
	return words, unix.Errno(-code)
}

// retry repeats what a signal interrupted.
func retry(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if !errors.Is(err, unix.EINTR) {
			return n, err
		}
	}
}
