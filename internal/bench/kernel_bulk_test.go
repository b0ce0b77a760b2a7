//go:build linux

package bench

import (
	"encoding/binary"
	"fmt"
	"net"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/link"
)

// port is an interface at which packets arrive many at a time, as a busy card hands them
// to the kernel. Sent one by one, a packet takes several times what its rules do, and
// they find the caches cold. Here the kernel makes the packets: it runs an XDP program on
// copies of a frame and takes in what that passes (Linux 5.18).
type port struct {
	program *ebpf.Program
	run     ebpf.RunOptions
}

// What the kernel's bpf.h calls XDP_PASS and BPF_F_TEST_XDP_LIVE_FRAMES.
const (
	pass       = 2
	liveFrames = 1 << 1
)

// openPort makes an interface ready for a frame. The program must be attached as well, or
// the interface has no queue that frames could come from.
func openPort(name string, frame []byte) (*port, error) {
	i, err := net.InterfaceByName(name)
	if err != nil {
		return nil, err
	}
	program, err := ebpf.NewProgram(&ebpf.ProgramSpec{
		Type: ebpf.XDP, License: "MIT", Instructions: asm.Instructions{asm.Mov.Imm(asm.R0, pass), asm.Return()},
	})
	if err != nil {
		return nil, fmt.Errorf("load an XDP program: %w", err)
	}
	if _, err := link.AttachXDP(link.XDPOptions{Program: program, Interface: i.Index}); err != nil {
		return nil, fmt.Errorf("attach it to %s: %w", name, err)
	}
	context := make([]byte, 24) // struct xdp_md
	binary.NativeEndian.PutUint32(context[4:], uint32(len(frame)))
	binary.NativeEndian.PutUint32(context[12:], uint32(i.Index))
	return &port{program, ebpf.RunOptions{Data: frame, Context: context, Flags: liveFrames}}, nil
}

// receive lets the frame arrive so many times and returns how long that took.
func (p *port) receive(packets int) (time.Duration, error) {
	p.run.Repeat = uint32(packets)
	started := time.Now()
	_, err := p.program.Run(&p.run)
	return time.Since(started), err
}
