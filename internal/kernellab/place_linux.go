//go:build linux && amd64

package kernellab

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// place is where an address is for the time of one packet.
type place struct {
	address netip.Addr
	device  int              // the bridge that leads to it; the loopback device for the node's own
	mac     net.HardwareAddr // of the station there; nil for the node's own
}

// placeProtocol marks our routes; the number is free for such use.
const placeProtocol = 199

// put makes the node know where an address is, take makes it forget.
func (s *netlinkSocket) put(p place) error {
	if err := s.ask(syscall.RTM_NEWROUTE, syscall.NLM_F_CREATE|syscall.NLM_F_REPLACE, p.route(), ignore); err != nil {
		return fmt.Errorf("no route to %s: %w", p.address, err)
	}
	if p.mac == nil {
		return nil
	}
	if err := s.ask(syscall.RTM_NEWNEIGH, syscall.NLM_F_CREATE|syscall.NLM_F_REPLACE, p.neighbour(), ignore); err != nil {
		return fmt.Errorf("no neighbour %s: %w", p.address, err)
	}
	return nil
}

func (s *netlinkSocket) take(p place) error {
	if p.mac != nil {
		if err := s.ask(syscall.RTM_DELNEIGH, 0, p.neighbour(), ignore); err != nil {
			return fmt.Errorf("neighbour %s stays: %w", p.address, err)
		}
	}
	if err := s.ask(syscall.RTM_DELROUTE, 0, p.route(), ignore); err != nil {
		return fmt.Errorf("route to %s stays: %w", p.address, err)
	}
	return nil
}

func ignore(uint16, []byte) {}

func (p place) family() byte {
	if p.address.Is6() {
		return syscall.AF_INET6
	}
	return syscall.AF_INET
}

// route is a route to that address alone: local for the node itself, on the link
// for stations.
func (p place) route() []byte {
	table, scope, kind := byte(syscall.RT_TABLE_MAIN), byte(syscall.RT_SCOPE_LINK), byte(syscall.RTN_UNICAST)
	if p.mac == nil {
		table, scope, kind = syscall.RT_TABLE_LOCAL, syscall.RT_SCOPE_HOST, syscall.RTN_LOCAL
	}
	if p.address.Is6() {
		scope = syscall.RT_SCOPE_UNIVERSE
	}
	m := []byte{p.family(), byte(p.address.BitLen()), 0, 0, table, placeProtocol, scope, kind, 0, 0, 0, 0}
	m = append(m, attribute(syscall.RTA_DST, p.address.AsSlice())...)
	return append(m, attribute(syscall.RTA_OIF, binary.LittleEndian.AppendUint32(nil, uint32(p.device)))...)
}

// The parts of a neighbour message.
const (
	neighbourAddress   = 1
	neighbourMAC       = 2
	neighbourPermanent = 0x80
	neighbourNoARP     = 0x40
	neighbourOfBridge  = 0x04
)

func (p place) neighbour() []byte {
	m := neighbourHeader(p.family(), p.device, neighbourPermanent, 0)
	m = append(m, attribute(neighbourAddress, p.address.AsSlice())...)
	return append(m, attribute(neighbourMAC, p.mac)...)
}

// behind makes the bridge that port belongs to send frames for mac there.
func (s *netlinkSocket) behind(mac net.HardwareAddr, port int) error {
	m := neighbourHeader(syscall.AF_BRIDGE, port, neighbourNoARP, neighbourOfBridge)
	m = append(m, attribute(neighbourMAC, mac)...)
	return s.ask(syscall.RTM_NEWNEIGH, syscall.NLM_F_CREATE|syscall.NLM_F_REPLACE, m, ignore)
}

func neighbourHeader(family byte, device int, state uint16, flags byte) []byte {
	m := binary.LittleEndian.AppendUint32([]byte{family, 0, 0, 0}, uint32(device))
	return append(binary.LittleEndian.AppendUint16(m, state), flags, 0)
}
