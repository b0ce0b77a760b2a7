package supervise

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The table of the kernel: SSH from 192.0.2.7 over connections 11 and 12, the web
// interface from it over 13 and from 192.0.2.8 over 14, and the node with itself.
const (
	header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n" +
		"   8: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 17 1\n" +
		"   9: 00000000:1F46 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 18 1\n"
	old    = "   0: 010200C0:0016 070200C0:C350 01 00000000:00000000 00:00000000 00000000     0        0 11 1\n"
	fresh  = "   1: 010200C0:0016 070200C0:C351 01 00000000:00000000 00:00000000 00000000     0        0 12 1\n"
	web    = "   2: 010200C0:1F46 070200C0:C352 01 00000000:00000000 00:00000000 00000000     0        0 13 1\n"
	peer   = "   3: 010200C0:1F46 080200C0:C353 01 00000000:00000000 00:00000000 00000000     0        0 14 1\n"
	half   = "   4: 010200C0:0016 070200C0:C351 03 00000000:00000000 00:00000000 00000000     0        0 0 1\n"
	away   = "   7: 010200C0:C360 070200C0:01BB 01 00000000:00000000 00:00000000 00000000     0        0 19 1\n" // the node's own
	itself = "   5: 010200C0:0016 010200C0:C354 01 00000000:00000000 00:00000000 00000000     0        0 15 1\n" +
		"   6: 010200C0:C354 010200C0:0016 01 00000000:00000000 00:00000000 00000000     0        0 16 1\n"
)

// run adds a process to the machine.
func (w *world) run(pid, parent, session int, name string, started time.Duration, sockets ...int) {
	w.put(fmt.Sprintf("proc/%d/stat", pid), fmt.Sprintf("%d (%s) S %d %d %d 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %d 0 0\n", pid, name, parent, session, session, started/tick))
	for i, inode := range sockets {
		dir := w.m.path(fmt.Sprintf("proc/%d/fd", pid))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			w.t.Fatal(err)
		}
		if err := os.Symlink(fmt.Sprintf("socket:[%d]", inode), filepath.Join(dir, fmt.Sprint(i))); err != nil {
			w.t.Fatal(err)
		}
	}
}

func TestWhatConfirms(t *testing.T) {
	const (
		before = 900 * time.Second // the change comes at 1000
		after  = 1100 * time.Second
	)
	const claim = "192.0.2.7 50000 192.0.2.1 22" // the old connection
	for _, test := range []struct {
		name        string
		then, now   string // the kernel's table when the rules came into force, and when pvefw confirm runs
		processes   func(w *world)
		claimed     string
		want, wrong string
	}{
		{"the old connection", old, old, sshd(11, before), claim, "", "it comes over the connection from 192.0.2.7:50000, which is older"},
		{"the old connection without its name", old, old, sshd(11, before), "", "", "which is older"},
		{"a new connection", old, old + fresh, sshd(12, after), "192.0.2.7 50001 192.0.2.1 22", "over a connection opened since, from 192.0.2.7", ""},
		{"a new connection that claims nothing", old, old + fresh, sshd(12, after), "", "over a connection opened since", ""},
		{"a new connection in an old name", old, old + fresh, sshd(11, before), "192.0.2.7 50001 192.0.2.1 22", "192.0.2.7 has opened a new connection to port 22 since", ""},
		{"half open under the old rules", old + half, old + fresh, sshd(12, after), "", "", "from 192.0.2.7:50001, which is older"},
		{"the old one, and the web interface", old, old + web, sshd(11, before), claim, "192.0.2.7 has opened a new connection to port 8006", ""},
		{"the old one, and somebody else", old, old + peer, sshd(11, before), claim, "", "which is older"},
		{"the old one, and the node with itself", old, old + itself, sshd(11, before), claim, "", "which is older"},
		{"a name that the kernel does not know", old, old, console(after), "203.0.113.1 1 192.0.2.1 22", "from a session begun since", ""},
		{"a connection of the node's own", old, old + away, sshd(19, after), "", "from a session begun since", ""},
		{"an old console", "", "", console(before), "", "", "the session is older than the rules"},
		{"a new console", "", "", console(after), "", "from a session begun since", ""},
		{"a new window of an old terminal", "", "", multiplexer("tmux: server"), "", "", "the session lives in tmux: server"},
		{"a new window of an old terminal over SSH", old, old, multiplexer("SCREEN"), claim, "", "which is older"},
	} {
		w := newWorld(t)
		test.processes(w)
		w.put("proc/thread-self/net/tcp", header+test.then)
		conns, err := w.m.Connections(true)
		if err != nil {
			t.Fatal(err)
		}
		a := &Applied{At: Moment{Boot: "first", Up: 1000 * time.Second}, Connections: conns}
		w.put("proc/thread-self/net/tcp", header+test.now)
		if conns, err = w.m.Connections(false); err != nil {
			t.Fatal(err)
		}
		s, err := w.m.SessionOf(50, test.claimed)
		if err != nil {
			t.Fatal(err)
		}
		got, err := a.Evidence(s, conns)
		switch {
		case test.want != "" && (err != nil || !contains(got, test.want)):
			t.Errorf("%s: %q, %v; want %q", test.name, got, err, test.want)
		case test.wrong != "" && (err == nil || !contains(err.Error(), test.wrong)):
			t.Errorf("%s: %q, %v; want the error %q", test.name, got, err, test.wrong)
		}
	}
}

// sshd is a session over a connection: pvefw below a shell below a server's child.
func sshd(inode int, started time.Duration) func(*world) {
	return func(w *world) {
		w.run(50, 40, 40, "pvefw", 1200*time.Second)
		w.run(40, 30, 40, "bash", started)
		w.run(30, 20, 30, "sshd (session)", started, inode)
		w.run(20, 1, 20, "sshd", time.Second)
	}
}

func console(started time.Duration) func(*world) {
	return func(w *world) {
		w.run(50, 40, 40, "pvefw", 1200*time.Second)
		w.run(40, 30, 40, "bash", started)
		w.run(30, 1, 30, "login", time.Second)
	}
}

func multiplexer(name string) func(*world) {
	return func(w *world) {
		w.run(50, 40, 40, "pvefw", 1200*time.Second)
		w.run(40, 30, 40, "bash", 1100*time.Second)
		w.run(30, 1, 30, name, time.Second)
	}
}

func TestProxmoxDaemonsAreSeen(t *testing.T) {
	w := newWorld(t)
	w.run(7, 1, 7, "pve-firewall", time.Second)
	w.run(8, 1, 8, "proxmox-firewal", time.Second) // as the kernel cuts it
	w.run(9, 1, 9, "pve-firewalld", time.Second)
	if got := fmt.Sprint(w.m.Daemons()); got != "[pve-firewall proxmox-firewall]" {
		t.Error(got)
	}
}
