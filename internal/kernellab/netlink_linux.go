//go:build linux && amd64

package kernellab

import (
	"encoding/binary"
	"fmt"
	"syscall"
)

// netlinkSocket asks the kernel of the namespace that it was opened in. Numbers
// are in the machine's byte order, which is little-endian.
type netlinkSocket struct {
	fd       int
	sequence uint32
}

func openNetlink(protocol int) (*netlinkSocket, error) {
	fd, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, protocol)
	if err != nil {
		return nil, fmt.Errorf("netlink: %w", err)
	}
	return &netlinkSocket{fd: fd}, nil
}

// ask sends a request and hands what comes back to visit, until the kernel says
// that this was all.
func (s *netlinkSocket) ask(kind, flags uint16, body []byte, visit func(kind uint16, body []byte)) error {
	s.sequence++
	le := binary.LittleEndian
	m := le.AppendUint32(nil, uint32(syscall.NLMSG_HDRLEN+len(body)))
	m = le.AppendUint16(m, kind)
	m = le.AppendUint16(m, flags|syscall.NLM_F_REQUEST|syscall.NLM_F_ACK)
	m = le.AppendUint32(m, s.sequence)
	m = append(append(m, 0, 0, 0, 0), body...)
	if err := syscall.Sendto(s.fd, m, 0, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}); err != nil {
		return err
	}
	buffer := make([]byte, 1<<16)
	for {
		n, _, err := syscall.Recvfrom(s.fd, buffer, 0)
		if err != nil {
			return err
		}
		if done, err := eachMessage(buffer[:n], visit); done || err != nil {
			return err
		}
	}
}

func eachMessage(b []byte, visit func(kind uint16, body []byte)) (done bool, err error) {
	messages, err := syscall.ParseNetlinkMessage(b)
	if err != nil {
		return true, err
	}
	for _, m := range messages {
		switch m.Header.Type {
		case syscall.NLMSG_DONE:
			return true, nil
		case syscall.NLMSG_ERROR:
			if code := int32(binary.LittleEndian.Uint32(m.Data)); code != 0 {
				return true, syscall.Errno(-code)
			}
			return true, nil
		default:
			visit(m.Header.Type, m.Data)
		}
	}
	return false, nil
}

func (s *netlinkSocket) close() { _ = syscall.Close(s.fd) }

// attribute is a value with its number, filled up to a multiple of four bytes.
func attribute(number uint16, value []byte) []byte {
	b := binary.LittleEndian.AppendUint16(nil, uint16(4+len(value)))
	b = append(binary.LittleEndian.AppendUint16(b, number), value...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

// eachAttribute walks attributes and ignores a torn tail. The upper bits of a
// number are flags.
func eachAttribute(b []byte, visit func(number uint16, value []byte)) {
	for len(b) >= 4 {
		n := int(binary.LittleEndian.Uint16(b))
		if n < 4 || n > len(b) {
			return
		}
		visit(binary.LittleEndian.Uint16(b[2:])&0x3fff, b[4:n])
		b = b[min(len(b), (n+3)&^3):]
	}
}
