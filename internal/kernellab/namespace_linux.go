//go:build linux && amd64

package kernellab

import (
	"fmt"
	"os"
	"syscall"
)

// namespace is a network namespace, held open by a file. All work on namespaces
// happens on the one thread that init is locked to.
type namespace int

// sysSetns is missing from the frozen package syscall.
const sysSetns = 308

const ownNamespace = "/proc/thread-self/ns/net"

// newNamespace leaves the thread in a fresh namespace.
func newNamespace() (namespace, error) {
	if err := syscall.Unshare(syscall.CLONE_NEWNET); err != nil {
		return 0, fmt.Errorf("unshare: %w", err)
	}
	return currentNamespace()
}

func currentNamespace() (namespace, error) {
	fd, err := syscall.Open(ownNamespace, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	return namespace(fd), err
}

func (n namespace) enter() error {
	if _, _, errno := syscall.RawSyscall(sysSetns, uintptr(n), syscall.CLONE_NEWNET, 0); errno != 0 {
		return fmt.Errorf("setns: %w", errno)
	}
	return nil
}

// close lets the kernel take everything in the namespace down.
func (n namespace) close() { _ = syscall.Close(int(n)) }

// publish makes the current namespace known to ip(8) by a name.
func publish(name string) error {
	path := "/run/netns/" + name
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		return err
	}
	return syscall.Mount(ownNamespace, path, "", syscall.MS_BIND, "")
}

func unpublish(name string) error { return syscall.Unmount("/run/netns/"+name, syscall.MNT_DETACH) }
