package netlink

import (
	"encoding/binary"
	"errors"
	"net"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// stream sends UDP packets to port 9999 through the input hook of the namespace, from one
// end of a pair of interfaces to the other, and counts those that arrive.
type stream struct {
	sent, arrived atomic.Int64
	stop          chan struct{}
	done          chan struct{}
}

// flow begins a stream.
func flow(t *testing.T) *stream {
	t.Helper()
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skipf("skipped: %s: needs ip", t.Name())
	}
	for _, line := range [][]string{
		{"link", "add", "out0", "type", "veth", "peer", "name", "in0"},
		{"link", "set", "out0", "up"}, {"link", "set", "in0", "up"}, {"link", "set", "lo", "up"},
		{"address", "add", "192.0.2.1/24", "dev", "in0"},
	} {
		if out, err := exec.Command("ip", line...).CombinedOutput(); err != nil {
			t.Skipf("skipped: %s: no pair of interfaces here: %v: %s", t.Name(), err, out)
		}
	}
	from, err := net.InterfaceByName("out0")
	if err != nil {
		t.Fatal(err)
	}
	to, err := net.InterfaceByName("in0")
	if err != nil {
		t.Fatal(err)
	}
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.ListenPacket("udp4", "192.0.2.1:9999")
	if err != nil {
		t.Fatal(err)
	}
	s := &stream{stop: make(chan struct{}), done: make(chan struct{})}
	go s.send(fd, &unix.SockaddrLinklayer{Ifindex: from.Index, Halen: 6, Addr: [8]byte(append(to.HardwareAddr, 0, 0))}, datagram(to.HardwareAddr))
	go s.receive(conn)
	t.Cleanup(func() {
		close(s.stop)
		<-s.done
		_ = unix.Close(fd)
		_ = conn.Close()
	})
	return s
}

func (s *stream) send(fd int, to unix.Sockaddr, frame []byte) {
	defer close(s.done)
	for {
		select {
		case <-s.stop:
			return
		default:
			if err := unix.Sendto(fd, frame, 0, to); err == nil {
				s.sent.Add(1)
			}
		}
	}
}

func (s *stream) receive(conn net.PacketConn) {
	b := make([]byte, 64)
	for {
		_, _, err := conn.ReadFrom(b)
		switch {
		case err == nil:
			s.arrived.Add(1)
		case errors.Is(err, net.ErrClosed):
			return
		case !os.IsTimeout(err):
			return
		}
	}
}

// datagram is a frame from 192.0.2.77 to port 9999 of 192.0.2.1.
func datagram(to net.HardwareAddr) []byte {
	b := append(append(append([]byte{}, to...), 2, 0, 0, 0, 0, 0x77), 8, 0)
	ip := []byte{0x45, 0, 0, 36, 0, 0, 0, 0, 64, unix.IPPROTO_UDP, 0, 0, 192, 0, 2, 77, 192, 0, 2, 1}
	sum := uint32(0)
	for i := 0; i < len(ip); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(ip[i:]))
	}
	binary.BigEndian.PutUint16(ip[10:], ^uint16(sum>>16+sum))
	b = append(b, ip...)
	b = binary.BigEndian.AppendUint16(b, 40000)
	b = binary.BigEndian.AppendUint16(b, 9999)
	b = append(b, 0, 16, 0, 0) // the length, and no checksum
	return append(b, "leaking?"...)
}

// until waits for something to be so, for a minute at most.
func until(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("in a minute, %s", what)
		}
	}
}

// wait lets so many packets be sent.
func (s *stream) wait(t *testing.T, packets int64) {
	t.Helper()
	end := s.sent.Load() + packets
	until(t, "hardly a packet is sent", func() bool { return s.sent.Load() >= end })
}

// flows waits for a packet to arrive.
func (s *stream) flows(t *testing.T) {
	t.Helper()
	arrived := s.arrived.Load()
	until(t, "no packet arrives, so that nothing is tested", func() bool { return s.arrived.Load() > arrived })
}

// dry waits until what was let through has arrived.
func (s *stream) dry(t *testing.T) {
	t.Helper()
	for arrived := int64(-1); arrived != s.arrived.Load(); time.Sleep(100 * time.Millisecond) {
		arrived = s.arrived.Load()
		s.wait(t, 1000)
	}
}

// dropping are programs that all drop the stream, each in another place and by other
// means: in the base chain, behind a map, in a chain that is jumped to; by a value, a
// range, a set of the rule, a map of the rule, a named set.
func dropping() []*nft.Program {
	port := func(n uint64) nft.Value { return nft.Value{Lo: n} }
	single := func(n uint64) nft.Span { return nft.Span{First: port(n), Last: port(n)} }
	udp, drop := &nft.Compare{Field: nft.L4Proto, Value: port(unix.IPPROTO_UDP)}, &nft.Verdict{Kind: nft.Drop}
	ports := []nft.Field{nft.DestPort}
	other := uint64(0)
	ways := []func() []nft.Stmt{
		func() []nft.Stmt { return []nft.Stmt{udp, &nft.Compare{Field: nft.DestPort, Value: port(9999)}, drop} },
		func() []nft.Stmt {
			return []nft.Stmt{&nft.Masked{Field: nft.IPSource, Mask: port(0xffffff00), Value: port(0xc0000200)}, drop}
		},
		func() []nft.Stmt {
			ranges := &nft.Set{Key: ports, Interval: true, Elements: []nft.Element{{Key: []nft.Span{single(other)}}, {Key: []nft.Span{{First: port(9000), Last: port(9999)}}}}}
			return []nft.Stmt{udp, &nft.Lookup{Fields: ports, Set: ranges}, drop}
		},
		func() []nft.Stmt {
			values := &nft.Set{Key: ports, Elements: []nft.Element{{Key: []nft.Span{single(other)}}, {Key: []nft.Span{single(9999)}}}}
			return []nft.Stmt{udp, &nft.Lookup{Fields: ports, Set: values}, drop}
		},
		func() []nft.Stmt {
			verdicts := &nft.Set{Key: ports, Verdicts: true, Elements: []nft.Element{{Key: []nft.Span{single(other)}, Verdict: *drop}, {Key: []nft.Span{single(9999)}, Verdict: *drop}}}
			return []nft.Stmt{udp, &nft.Dispatch{Fields: ports, Map: verdicts}}
		},
	}
	var out []*nft.Program
	for i := range 3 * len(ways) {
		other = uint64(i + 1)
		out = append(out, dropIn(i%3, ways[i%len(ways)](), other))
	}
	return out
}

// dropIn is a program with a rule in one of three chains and others around it.
func dropIn(place int, rule []nft.Stmt, number uint64) *nft.Program {
	in := []nft.Field{nft.InName}
	m := &nft.Set{Name: "ports", Key: in, Verdicts: true, Elements: []nft.Element{{Key: []nft.Span{{First: nft.Value{Name: "in0"}, Last: nft.Value{Name: "in0"}}}, Verdict: nft.Verdict{Kind: nft.Goto, Chain: "guest"}}}}
	chains := []*nft.Chain{{Name: "input", Hook: &nft.Hook{Point: nft.Input}}, {Name: "guest"}, {Name: "group"}}
	for i, c := range chains {
		for n := range number + 3 {
			c.Rules = append(c.Rules, &nft.Rule{Stmts: []nft.Stmt{&nft.Compare{Field: nft.L4Proto, Value: nft.Value{Lo: unix.IPPROTO_TCP}}, &nft.Compare{Field: nft.SourcePort, Value: nft.Value{Lo: n + number}}, &nft.Verdict{Kind: nft.Accept}}, Comment: "00000000 tcp"})
		}
		if i == place {
			c.Rules = append(c.Rules, &nft.Rule{Stmts: rule, Comment: "00000001 stream"})
		}
	}
	chains[0].Rules = append(chains[0].Rules, &nft.Rule{Stmts: []nft.Stmt{&nft.Dispatch{Fields: in, Map: m}}, Comment: "00000002 ports"})
	chains[1].Rules = append(chains[1].Rules, &nft.Rule{Stmts: []nft.Stmt{&nft.Verdict{Kind: nft.Jump, Chain: "group"}}, Comment: "00000003 group"})
	for _, c := range chains {
		c.Hash = c.Restate()
	}
	return &nft.Program{Tables: []*nft.Table{{Family: nft.Inet, Name: nft.HostTable, Sets: []*nft.Set{m}, Chains: chains}}}
}

// Invariant: no packet meets a ruleset that is neither the old nor the new one, whether
// the new one is a program or was saved.
func TestChangesLetNothingThrough(t *testing.T) {
	c := namespace(t)
	s := flow(t)
	s.flows(t)
	programs := dropping()
	if _, err := c.change(t, programs[0]); err != nil {
		t.Fatal(err)
	}
	s.dry(t)
	arrived, sent := s.arrived.Load(), s.sent.Load()
	var saved *Saved
	for round := range 120 {
		if d, err := c.change(t, programs[(round+1)*7%len(programs)]); err != nil || d.Empty() {
			t.Fatalf("nothing is changed: %v", err)
		}
		var err error
		switch round % 10 {
		case 4:
			saved, err = c.Save()
		case 9:
			err = c.Restore(saved)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	s.dry(t)
	if n := s.arrived.Load() - arrived; n > 0 {
		t.Errorf("%d packets of %d came through", n, s.sent.Load()-sent)
	}
	t.Logf("%d packets", s.sent.Load()-sent)
	if _, err := c.change(t, &nft.Program{}); err != nil {
		t.Fatal(err)
	}
	s.flows(t)
}
