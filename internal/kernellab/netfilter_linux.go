//go:build linux && amd64

package kernellab

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"syscall"
)

// The messages of connection tracking and logging: subsystem in the upper byte.
const (
	conntrackNew    = 1 << 8
	conntrackGet    = 1<<8 | 1
	conntrackDelete = 1<<8 | 2
	logPacket       = 4 << 8
	logConfigure    = 4<<8 | 1
)

// The attributes that are used of them.
const (
	conntrackMark = 8
	logPayload    = 9
	logPrefix     = 10
	configCommand = 1
	configMode    = 2
	configAtOnce  = 5
	commandBind   = 1
	copyPacket    = 2
)

// subsystemHeader is in front of the attributes of every netfilter message.
var subsystemHeader = []byte{0, 0, 0, 0}

// forget removes all tracked connections.
func (s *netlinkSocket) forget() error {
	return s.ask(conntrackDelete, 0, subsystemHeader, func(uint16, []byte) {})
}

// marks lists the connection marks that are not zero.
func (s *netlinkSocket) marks() ([]uint32, error) {
	var marks []uint32
	err := s.ask(conntrackGet, syscall.NLM_F_DUMP, subsystemHeader, func(kind uint16, body []byte) {
		if kind != conntrackNew || len(body) < len(subsystemHeader) {
			return
		}
		eachAttribute(body[len(subsystemHeader):], func(number uint16, value []byte) {
			if number == conntrackMark && len(value) == 4 && !bytes.Equal(value, []byte{0, 0, 0, 0}) {
				marks = append(marks, binary.BigEndian.Uint32(value))
			}
		})
	})
	return marks, err
}

// listenLog makes s the listener of log group 0, told of each packet at once and
// with its bytes, because the node's own traffic is logged too.
func (s *netlinkSocket) listenLog() error {
	for _, a := range [][]byte{
		attribute(configCommand, []byte{commandBind}),
		attribute(configMode, []byte{0, 0, 0xff, 0xff, copyPacket, 0}),
		attribute(configAtOnce, []byte{0, 0, 0, 1}),
	} {
		if err := s.ask(logConfigure, 0, append(bytes.Clone(subsystemHeader), a...), func(uint16, []byte) {}); err != nil {
			return fmt.Errorf("log group 0: %w", err)
		}
	}
	return syscall.SetNonblock(s.fd, true)
}

// readLog returns the prefixes of what was logged about s since the last time.
func (s *netlinkSocket) readLog(about *sent) []string {
	var prefixes []string
	buffer := make([]byte, 1<<16)
	for {
		n, _, err := syscall.Recvfrom(s.fd, buffer, 0)
		if err != nil {
			return prefixes
		}
		_, _ = eachMessage(buffer[:n], func(kind uint16, body []byte) {
			if kind != logPacket || len(body) < len(subsystemHeader) {
				return
			}
			prefix, ours := "", false
			eachAttribute(body[len(subsystemHeader):], func(number uint16, value []byte) {
				switch number {
				case logPrefix:
					prefix = strings.TrimRight(string(value), "\x00")
				case logPayload:
					ours = bytes.Contains(value, about.marker)
				}
			})
			if ours {
				prefixes = append(prefixes, prefix)
			}
		})
	}
}
