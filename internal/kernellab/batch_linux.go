//go:build linux && amd64

package kernellab

import (
	"encoding/binary"
	"fmt"
	"os/exec"
	"syscall"

	"github.com/pvefw/pvefw/compiler/netlink"
)

const (
	netfilterSocket = 12 // NETLINK_NETFILTER
	forcedSend      = 32 // SO_SNDBUFFORCE
)

// sendBatches sends messages, each transaction when the one before is done. Of each the
// first answer counts: an error, or that all was done.
func sendBatches(b []byte) error {
	const end = 0x11 // NFNL_MSG_BATCH_END
	for from, at := 0, 0; at < len(b); {
		last := binary.LittleEndian.Uint16(b[at+4:]) == end
		at += int(binary.LittleEndian.Uint32(b[at:]))
		if !last {
			continue
		}
		if err := sendBatch(b[from:at]); err != nil {
			return err
		}
		from = at
	}
	return nil
}

func sendBatch(b []byte) error {
	s, err := openNetlink(netfilterSocket)
	if err != nil {
		return err
	}
	defer s.close()
	if err := syscall.SetsockoptInt(s.fd, syscall.SOL_SOCKET, forcedSend, 2*len(b)); err != nil {
		return err
	}
	if err := syscall.Sendto(s.fd, b, 0, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}); err != nil {
		return err
	}
	buffer := make([]byte, 1<<16)
	n, _, err := syscall.Recvfrom(s.fd, buffer, 0)
	if err != nil {
		return err
	}
	if _, err := eachMessage(buffer[:n], func(uint16, []byte) {}); err != nil {
		return fmt.Errorf("message %d: %w", binary.LittleEndian.Uint32(buffer[8:]), err)
	}
	return nil
}

// look reports what the kernel holds of nftables, by nft and by pvefw.
func (r *Report) look() error {
	listing, err := exec.Command("/bin/nft", "-j", "list", "ruleset").Output()
	if err != nil {
		return fmt.Errorf("nft lists nothing: %w", err)
	}
	c, err := netlink.Open()
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	image, err := c.Read()
	if err != nil {
		return err
	}
	r.Listing, r.Script = string(listing), netlink.Normal(image.Program).Script()
	for _, s := range image.Strange {
		r.Script += fmt.Sprintf("# strange: %+v\n", s)
	}
	for _, c := range image.Changed {
		r.Script += fmt.Sprintf("# changed: %+v\n", c)
	}
	return nil
}
