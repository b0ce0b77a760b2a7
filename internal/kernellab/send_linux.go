//go:build linux && amd64

package kernellab

import (
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// pass sends all packets of a case, one after the other, and returns what became
// of them. The thread is in the node's namespace.
func (w *watch) pass(packets []Packet, patience time.Duration) ([]Outcome, error) {
	w.packets = nil
	for i := range packets {
		s, err := w.one(&packets[i], i, patience)
		if err != nil {
			return nil, err
		}
		w.packets = append(w.packets[:i], s)
	}
	time.Sleep(patience)
	w.drain()
	out := make([]Outcome, len(w.packets))
	for i, s := range w.packets {
		out[i] = s.outcome
		if out[i].Problem == "" {
			out[i].Verdict = s.verdict()
		}
	}
	return out, nil
}

// verdict is what the outcome says: who receives a packet may answer it too.
func (s *sent) verdict() Verdict {
	switch {
	case s.outcome.Verdict == Delivered:
		return Delivered
	case s.outcome.Answer != "":
		return Rejected
	}
	return Dropped
}

// one sends a packet and waits for it. What is wrong with the packet itself is in
// its outcome; the error means that the machine is not to be trusted any more.
func (w *watch) one(p *Packet, serial int, patience time.Duration) (*sent, error) {
	s, err := build(p, serial)
	if err != nil {
		return &sent{packet: p, marker: []byte{0}, outcome: Outcome{Problem: err.Error()}}, nil
	}
	if !p.Keep {
		if err := w.conns.forget(); err != nil {
			return nil, fmt.Errorf("connections: %w", err)
		}
	}
	var places []place
	for _, end := range []struct {
		address netip.Addr
		name    string
	}{{p.Source, p.From}, {p.Dest, p.To}} {
		if at, needed := w.node.placeOf(end.address, end.name); needed {
			places = append(places, at)
		}
	}
	w.packets = append(w.packets, s)
	if err := w.send(s, places); err != nil {
		s.outcome.Problem = err.Error()
	} else {
		w.settle(s, patience)
	}
	for _, at := range places {
		_ = w.node.routes.take(at) // what was not put cannot be taken
	}
	if s.outcome.Marks, err = w.conns.marks(); err != nil {
		return nil, fmt.Errorf("connections: %w", err)
	}
	s.outcome.Logs = w.log.readLog(s)
	return s, nil
}

func (w *watch) send(s *sent, places []place) error {
	for _, name := range []string{s.packet.From, s.packet.To} {
		if _, known := w.node.stations[name]; !known && name != HostStation {
			return fmt.Errorf("there is no station %q", name)
		}
	}
	if s.packet.From == s.packet.To {
		return fmt.Errorf("%s sends to itself, which needs no wire", s.packet.From)
	}
	for _, at := range places {
		if err := w.node.routes.put(at); err != nil {
			return err
		}
	}
	if s.packet.To == HostStation {
		if err := w.take(s.packet); err != nil {
			return err
		}
	}
	if s.packet.From == HostStation {
		return w.fromNode(s)
	}
	return w.fromStation(s)
}

// fromStation puts a frame on the station's cable: to the receiver where both are
// on one bridge, otherwise to the node, which routes.
func (w *watch) fromStation(s *sent) error {
	from, to := w.node.stations[s.packet.From], w.node.stations[s.packet.To]
	source, dest := w.node.macs[from.Name], w.node.macs[from.Bridge]
	if to.Bridge == from.Bridge {
		dest = w.node.macs[to.Name]
	}
	if s.packet.MAC != "" {
		var err error
		if source, err = net.ParseMAC(s.packet.MAC); err != nil {
			return err
		}
	}
	return syscall.Sendto(w.wires, s.frame(source, dest), 0, &syscall.SockaddrLinklayer{Ifindex: w.node.fars[from.Name], Halen: 6})
}

// fromNode sends with a header of our own, through the rules of the output.
func (w *watch) fromNode(s *sent) error {
	family, address := syscall.AF_INET, syscall.Sockaddr(&syscall.SockaddrInet4{Addr: [4]byte(s.packet.Dest.AsSlice()[:4])})
	if s.packet.Dest.Is6() {
		family, address = syscall.AF_INET6, &syscall.SockaddrInet6{Addr: s.packet.Dest.As16()}
	}
	fd, err := syscall.Socket(family, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, syscall.IPPROTO_RAW)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	if err := syscall.SetsockoptString(fd, syscall.SOL_SOCKET, syscall.SO_BINDTODEVICE, w.node.stations[s.packet.To].Bridge); err != nil {
		return err
	}
	err = syscall.Sendto(fd, s.l3, 0, address)
	if err == syscall.EPERM { // the kernel's word for a packet that the rules of the output stopped
		return nil
	}
	return err
}
