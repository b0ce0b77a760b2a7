//go:build linux && amd64

package kernellab

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"time"
)

// streamed is what came through while rules were changed.
type streamed struct {
	Applies                       int
	Sent, Passed, Stopped, Leaked int64
}

// mostApplies is how many changes are enough.
const mostApplies = 100

// streamJob sends to a port that both configurations let in and to one that both drop,
// in different places, while one is applied after the other.
func streamJob(argument []byte) ([]byte, error) {
	limit, err := time.ParseDuration(string(argument))
	if err != nil {
		return nil, err
	}
	if err := configure(); err != nil {
		return nil, err
	}
	if err := plugFar(); err != nil {
		return nil, err
	}
	sum := streamed{}
	for port, seen := range map[int]*int64{7: &sum.Passed, 9: &sum.Leaked} {
		c, err := net.ListenUDP("udp4", &net.UDPAddr{Port: port})
		if err != nil {
			return nil, err
		}
		defer c.Close()
		go func() {
			for b := make([]byte, 64); ; atomic.AddInt64(seen, 1) {
				if _, _, err := c.ReadFromUDP(b); err != nil {
					return
				}
			}
		}()
	}
	if err := do(applyArgs(one)...); err != nil {
		return nil, err
	}
	atomic.StoreInt64(&sum.Leaked, 0)
	stop, err := flood(&sum.Sent)
	if err != nil {
		return nil, err
	}
	for began := time.Now(); sum.Applies < mostApplies && time.Since(began) < limit; sum.Applies++ {
		if err := do(applyArgs([]string{two, one}[sum.Applies%2])...); err != nil {
			return nil, err
		}
	}
	stop()
	time.Sleep(200 * time.Millisecond)
	sum.Stopped = sum.Sent - sum.Leaked
	return json.Marshal(sum)
}

// plugFar joins the node with another one by a cable, unless it is.
func plugFar() error {
	if _, err := os.Stat("/run/netns/far"); err == nil {
		return nil
	}
	for _, words := range [][]string{
		{"netns", "add", "far"},
		{"link", "add", "near0", "type", "veth", "peer", "name", "far0", "netns", "far"},
		{"addr", "add", "10.9.9.1/24", "dev", "near0"}, {"link", "set", "near0", "up"}, {"link", "set", "lo", "up"},
		{"-n", "far", "addr", "add", "10.9.9.2/24", "dev", "far0"}, {"-n", "far", "link", "set", "far0", "up"},
	} {
		if out, err := exec.Command("/bin/ip", words...).CombinedOutput(); err != nil {
			return fmt.Errorf("ip %v: %w: %s", words, err, out)
		}
	}
	return nil
}

// flood sends to both ports from the far end until it is stopped. The sockets are made
// on a thread that stays there, because namespaces belong to threads.
func flood(sent *int64) (stop func(), err error) {
	conns := make(chan net.Conn, 2)
	failed := make(chan error, 1)
	go func() { failed <- farAway(conns) }()
	if err := <-failed; err != nil {
		return nil, err
	}
	over := make(chan bool)
	for range 2 {
		go func(c net.Conn) {
			defer c.Close()
			for {
				select {
				case <-over:
					return
				default:
				}
				if _, err := c.Write([]byte("x")); err == nil && c.RemoteAddr().(*net.UDPAddr).Port == 9 {
					atomic.AddInt64(sent, 1)
				}
				time.Sleep(time.Millisecond)
			}
		}(<-conns)
	}
	return func() { close(over) }, nil
}

// farAway makes the sockets of the far end, for either port one.
func farAway(conns chan<- net.Conn) error {
	runtime.LockOSThread() // for good: the thread ends with the goroutine
	file, err := os.Open("/run/netns/far")
	if err != nil {
		return err
	}
	defer file.Close()
	if err := namespace(file.Fd()).enter(); err != nil {
		return err
	}
	for _, port := range []string{"7", "9"} {
		c, err := net.Dial("udp4", "10.9.9.1:"+port)
		if err != nil {
			return err
		}
		conns <- c
	}
	return nil
}
