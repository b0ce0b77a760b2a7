package supervise

import (
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// This file is about the service that keeps the rules in the state of the files.

// Unit is what the service manager calls the service.
const Unit = "pvefw.service"

// Managed reports whether the service manager runs and knows the service.
func (m Machine) Managed() bool {
	if !m.exists("run/systemd/system") {
		return false
	}
	for _, dir := range []string{"etc/systemd/system/", "usr/lib/systemd/system/", "lib/systemd/system/"} {
		if m.exists(dir + Unit) {
			return true
		}
	}
	return false
}

// Enabled reports whether the service comes up when the machine boots.
func (m Machine) Enabled() bool {
	return m.exists("etc/systemd/system/multi-user.target.wants/" + Unit)
}

// BootEnabled reports whether the rules are brought back when the machine boots.
func (m Machine) BootEnabled() bool {
	return m.exists("etc/systemd/system/sysinit.target.wants/pvefw-boot.service")
}

// Serve makes the caller the service; there is one at a time.
func (s *Store) Serve() (*Lock, error) {
	l, err := grab(s.path("service"), strconv.Itoa(os.Getpid()))
	if errors.Is(err, errTaken) {
		return nil, say("the service is running already (process %d)", s.Service())
	}
	if err != nil {
		return nil, sayf(err, "%s cannot be written", s.path("service"))
	}
	return l, nil
}

// Service is the process of the service; zero where none runs.
func (s *Store) Service() int {
	text, held := holder(s.path("service"))
	pid, err := strconv.Atoi(text)
	if !held || err != nil {
		return 0
	}
	return pid
}

// StopService asks the service to end and waits until it has. The rules stay.
func (s *Store) StopService() error {
	const patience = 20 * time.Second
	for began := time.Now(); ; time.Sleep(glance) {
		pid := s.Service()
		if pid == 0 {
			return nil
		}
		if time.Since(began) > patience {
			return say("the service (process %d) does not end", pid)
		}
		if err := signalEnd(pid); err != nil {
			return sayf(err, "the service (process %d) cannot be asked to end", pid)
		}
	}
}

// Heartbeat is how often a service manager has to hear that the service lives: twice in
// the time after which it would kill it, its WATCHDOG_USEC. Zero is not at all.
func Heartbeat(usec string) time.Duration {
	n, err := strconv.ParseInt(usec, 10, 64)
	if err != nil || n <= 0 || n > int64(24*time.Hour/time.Microsecond) {
		return 0
	}
	return time.Duration(n) * time.Microsecond / 2
}

// Notify tells the service manager something, if there is one that listens.
func Notify(socket string, lines ...string) {
	if socket == "" {
		return
	}
	if socket[0] == '@' {
		socket = "\x00" + socket[1:]
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		return
	}
	_, _ = c.Write([]byte(strings.Join(lines, "\n")))
	_ = c.Close()
}
