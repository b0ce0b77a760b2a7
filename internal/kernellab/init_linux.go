//go:build linux && amd64

package kernellab

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// initVariable is set by the kernel's command line, so that a test binary that
// happens to be process 1 of a container is no machine. It says what to be there.
const initVariable = "PVEFW_KERNELLAB"

// The values of initVariable.
const (
	jobsMode   = "jobs"   // process 1 answers
	systemMode = "system" // process 1 becomes the init of a disk
	unitMode   = "unit"   // a service of that system answers
)

// channel is the machine's end of the line to the test.
const channel = "/dev/vport0p1"

// Serve does nothing but inside the machine, where it is all there is: it answers
// cases, runs jobs and never returns.
func Serve(jobs Jobs) {
	mode := os.Getenv(initVariable)
	if mode == "" || (os.Getpid() == 1) == (mode == unitMode) {
		return
	}
	runtime.LockOSThread() // namespaces belong to threads
	var end error
	switch mode {
	case systemMode:
		end = enterSystem()
	case unitMode:
		end = serve(jobs, nil)
	default:
		end = serve(jobs, prepare())
	}
	fmt.Println("kernellab:", end)
	_ = syscall.Reboot(syscall.LINUX_REBOOT_CMD_POWER_OFF)
	select {}
}

// serve answers until the test hangs up. A problem is all that it has to say.
func serve(jobs Jobs, problem error) error {
	line, err := openChannel()
	if err != nil {
		return errors.Join(problem, err)
	}
	out, in := json.NewEncoder(line), json.NewDecoder(line)
	greeting := hello{Kernel: kernelRelease()}
	if problem != nil {
		greeting.Problem = problem.Error()
	}
	if err := out.Encode(greeting); err != nil {
		return err
	}
	for {
		var q order
		if err := in.Decode(&q); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		r := response{}
		if q.Job != "" {
			r = jobs.run(q.call)
		} else {
			r = answer(q.Case)
		}
		if err := out.Encode(r); err != nil {
			return err
		}
	}
}

// prepare makes the kernel ready: file systems, modules, limits that exist once
// per kernel.
func prepare() error {
	if err := mountKernel(); err != nil {
		return err
	}
	if err := os.MkdirAll("/run/netns", 0o700); err != nil {
		return err
	}
	if err := insertModules(); err != nil {
		return err
	}
	return write("net/ipv4/icmp_msgs_per_sec", "1000000")
}

func mountKernel() error {
	for _, m := range []struct{ kind, at string }{{"proc", "/proc"}, {"sysfs", "/sys"}, {"devtmpfs", "/dev"}, {"tmpfs", "/run"}} {
		if err := syscall.Mount(m.kind, m.at, m.kind, 0, ""); err != nil && !errors.Is(err, syscall.EBUSY) {
			return fmt.Errorf("mount %s: %w", m.at, err)
		}
	}
	return nil
}

// insertModules loads the modules of the initial file system.
func insertModules() error {
	order, err := os.ReadFile("/modules/order")
	if err != nil {
		return err
	}
	for _, name := range strings.Fields(string(order)) {
		if err := insert(name); err != nil {
			return fmt.Errorf("module %s: %w", name, err)
		}
	}
	return nil
}

func insert(name string) error {
	object, err := os.ReadFile("/modules/" + name)
	if err != nil {
		return err
	}
	noParameters := []byte{0}
	_, _, errno := syscall.Syscall(syscall.SYS_INIT_MODULE, uintptr(unsafe.Pointer(&object[0])), uintptr(len(object)), uintptr(unsafe.Pointer(&noParameters[0])))
	if errno != 0 && errno != syscall.EEXIST {
		return errno
	}
	return nil
}

// openChannel waits for the device, which its driver makes a moment later.
func openChannel() (*os.File, error) {
	for range 200 {
		if line, err := os.OpenFile(channel, os.O_RDWR, 0); err == nil {
			return line, nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return nil, fmt.Errorf("%s does not appear", channel)
}

func kernelRelease() string {
	text, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(text))
}
