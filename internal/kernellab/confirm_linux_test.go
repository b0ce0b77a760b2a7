//go:build linux && amd64

package kernellab

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"
)

// confirmJob works over a real connection from another node: an old one does not confirm
// a change, a new one of the same peer does, and the kernel is asked which is which.
func confirmJob([]byte) ([]byte, error) {
	if err := configure(); err != nil {
		return nil, err
	}
	if err := plugFar(); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp4", ":22")
	if err != nil {
		return nil, err
	}
	defer l.Close()
	if err := do(applyArgs(one)...); err != nil {
		return nil, err
	}
	old, err := connected(l)
	if err != nil {
		return nil, err
	}
	defer old.Close()
	if err := do(applyArgs(two, "--confirm-within", "5m")...); err != nil {
		return nil, err
	}
	said, err := confirmOver(old)
	if err == nil || !strings.Contains(said, "which is older than the rules") {
		return nil, fmt.Errorf("the old connection: %w, %s", err, said)
	}
	fresh, err := connected(l)
	if err != nil {
		return nil, fmt.Errorf("the new rules let nobody in: %w", err)
	}
	defer fresh.Close()
	said, err = confirmOver(fresh)
	if err != nil || !strings.Contains(said, "it comes over a connection opened since, from 10.9.9.2") {
		return nil, fmt.Errorf("the new connection: %w, %s", err, said)
	}
	return []byte(said), decided()
}

// connected is the node's end of a new connection from the far node.
func connected(l net.Listener) (net.Conn, error) {
	failed := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // for good: the thread ends with the goroutine
		file, err := os.Open("/run/netns/far")
		if err == nil {
			err = namespace(file.Fd()).enter()
			_ = file.Close()
		}
		if err == nil {
			_, err = net.Dial("tcp4", "10.9.9.1:22") // stays open until the machine ends
		}
		failed <- err
	}()
	if err := <-failed; err != nil {
		return nil, err
	}
	return l.Accept()
}

// confirmOver says what SSH would say of a connection, and confirms.
func confirmOver(c net.Conn) (string, error) {
	cmd := pvefw("confirm", "--state-dir", stateDir)
	far, near := c.RemoteAddr().(*net.TCPAddr), c.LocalAddr().(*net.TCPAddr)
	cmd.Env = append(cmd.Env, fmt.Sprintf("SSH_CONNECTION=%s %d %s %d", far.IP, far.Port, near.IP, near.Port))
	out, err := cmd.CombinedOutput()
	return string(out), err
}
