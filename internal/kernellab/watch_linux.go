//go:build linux && amd64

package kernellab

import (
	"bytes"
	"fmt"
	"slices"
	"syscall"
	"time"
)

// watch sees every frame on the node and at the stations, and what the node
// itself takes in behind its rules.
type watch struct {
	node     *liveNode
	poll     int
	wires    int            // frames in the world, in and out
	inside   int            // frames on any device of the node
	taken    map[string]int // raw sockets of the node, by family and protocol
	conns    *netlinkSocket
	log      *netlinkSocket
	packets  []*sent // of this pass, in order: what arrives late is still its own packet's
	buffer   []byte
	stations map[int]string // by index of their end
}

func newWatch(l *liveNode) (*watch, error) {
	w := &watch{node: l, taken: map[string]int{}, stations: map[int]string{}, buffer: make([]byte, 1<<16), poll: -1, wires: -1, inside: -1}
	for name, index := range l.fars {
		w.stations[index] = name
	}
	var err error
	if w.poll, err = syscall.EpollCreate1(syscall.EPOLL_CLOEXEC); err != nil {
		return w, err
	}
	if err := l.world.enter(); err != nil {
		return w, err
	}
	if w.wires, err = w.frames(); err != nil {
		return w, err
	}
	if err := l.node.enter(); err != nil {
		return w, err
	}
	if w.inside, err = w.frames(); err != nil {
		return w, err
	}
	if w.conns, err = openNetlink(syscall.NETLINK_NETFILTER); err != nil {
		return w, err
	}
	if w.log, err = openNetlink(syscall.NETLINK_NETFILTER); err != nil {
		return w, err
	}
	return w, w.log.listenLog()
}

// allFrames is ETH_P_ALL in network byte order.
const allFrames = 0x0300

// frames opens a socket that sees all frames of the current namespace.
func (w *watch) frames() (int, error) {
	fd, err := syscall.Socket(syscall.AF_PACKET, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, allFrames)
	if err != nil {
		return -1, err
	}
	return fd, w.add(fd)
}

func (w *watch) add(fd int) error {
	if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_RCVBUFFORCE, 4<<20); err != nil {
		return err
	}
	return syscall.EpollCtl(w.poll, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)})
}

// take makes the node take in packets of a protocol, which happens behind the
// rules of its input.
func (w *watch) take(p *Packet) error {
	key := fmt.Sprintf("%d/%d", p.Source.BitLen(), p.Proto)
	if _, open := w.taken[key]; open {
		return nil
	}
	family := syscall.AF_INET
	if p.Source.Is6() {
		family = syscall.AF_INET6
	}
	fd, err := syscall.Socket(family, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, int(p.Proto))
	if err != nil {
		return fmt.Errorf("protocol %d: %w", p.Proto, err)
	}
	w.taken[key] = fd
	return w.add(fd)
}

// settle waits until a packet arrived or was refused, or patience is over. A
// starved machine loses time, so some looks must have found nothing as well.
func (w *watch) settle(s *sent, patience time.Duration) {
	const look, looks = 3, 4
	events := make([]syscall.EpollEvent, 8)
	deadline := time.Now().Add(patience)
	for idle := 0; ; {
		progress := w.drain()
		if s.outcome.Verdict == Delivered || s.outcome.Answer != "" {
			w.drain()
			return
		}
		if progress {
			continue
		}
		if idle >= looks && time.Now().After(deadline) {
			return
		}
		idle++
		_, _ = syscall.EpollWait(w.poll, events, look)
	}
}

// drain reads everything that is there and reports whether anything was.
func (w *watch) drain() bool {
	progress := w.read(w.wires, w.onWire)
	progress = w.read(w.inside, func(frame []byte, _ *syscall.SockaddrLinklayer) { w.onNode(frame) }) || progress
	for _, fd := range w.taken {
		progress = w.read(fd, func(b []byte, _ *syscall.SockaddrLinklayer) { w.onTaken(b) }) || progress
	}
	return progress
}

func (w *watch) read(fd int, visit func([]byte, *syscall.SockaddrLinklayer)) bool {
	for progress := false; ; progress = true {
		n, from, err := syscall.Recvfrom(fd, w.buffer, 0)
		if err != nil {
			return progress
		}
		link, _ := from.(*syscall.SockaddrLinklayer)
		visit(w.buffer[:n], link)
	}
}

// onWire notes which station a packet came to.
func (w *watch) onWire(frame []byte, at *syscall.SockaddrLinklayer) {
	p, ok := parseFrame(frame)
	if !ok || at == nil || at.Pkttype == syscall.PACKET_OUTGOING {
		return
	}
	station := w.stations[at.Ifindex]
	for _, s := range w.packets {
		switch {
		case !s.is(p):
		case station == s.packet.To:
			s.outcome.Verdict = Delivered
		case !slices.Contains(s.outcome.Seen, station):
			s.outcome.Seen = append(s.outcome.Seen, station)
		}
	}
}

// onNode notes a refusal wherever on the node it is: the sender's own rules may
// stop it on its last steps, and still it was sent.
func (w *watch) onNode(frame []byte) {
	p, ok := parseFrame(frame)
	if !ok {
		return
	}
	for _, s := range slices.Backward(w.packets) {
		if answer := s.answerTo(p); answer != "" {
			s.outcome.Answer = answer
			return
		}
	}
}

// onTaken notes what the node took in.
func (w *watch) onTaken(b []byte) {
	for _, s := range w.packets {
		if s.packet.To == HostStation && bytes.Contains(b, s.marker) {
			s.outcome.Verdict = Delivered
		}
	}
}

func (w *watch) close() {
	for _, fd := range w.taken {
		_ = syscall.Close(fd)
	}
	for _, fd := range []int{w.poll, w.wires, w.inside} {
		if fd >= 0 {
			_ = syscall.Close(fd)
		}
	}
	for _, s := range []*netlinkSocket{w.conns, w.log} {
		if s != nil {
			s.close()
		}
	}
}
