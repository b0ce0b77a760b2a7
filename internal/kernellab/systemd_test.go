package kernellab

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// This file asks a real systemd about the units and about who takes a change back. The
// node is a Debian with a bridge, its disk outlives boots, and what is typed there is a
// line of shell.

// systemLimit is what one line may take in an emulator on a busy machine.
const systemLimit = 5 * time.Minute

// shellSaid is the answer of a shell.
type shellSaid struct {
	Code int
	Text string
}

// system is a node that systemd has started.
type system struct {
	t *testing.T
	m *Machine
	d Disk
}

// nodeFiles are those of the node beside pvefw and its units. The bridge comes up as
// Proxmox's do, by networking.service; what is in force then is written down.
func nodeFiles(t *testing.T) map[string][]byte {
	files := map[string][]byte{}
	for name, text := range map[string]string{
		"etc/hostname":                            "pve1\n",
		"etc/hosts":                               "127.0.0.1 localhost\n10.9.9.1 pve1\n",
		"etc/fstab":                               "/dev/vda / ext4 errors=remount-ro 0 1\n",
		"etc/modules-load.d/lab.conf":             "br_netfilter\nnf_conntrack\n",
		"etc/network/interfaces":                  "auto lo\niface lo inet loopback\nauto vmbr0\niface vmbr0 inet static\n\taddress 10.9.9.1/24\n\tpre-up nft list ruleset > /run/rules-before-network; ip link add vmbr0 type bridge\n",
		"etc/pve/firewall/cluster.fw":             letsIn(8006),
		"etc/pve/firewall/100.fw":                 "[OPTIONS]\nenable: 1\n[RULES]\nIN ACCEPT -p tcp -dport 80\n",
		"etc/pve/nodes/pve1/host.fw":              "[OPTIONS]\nnf_conntrack_max: 300000\nlog_nf_conntrack: 1\n",
		"etc/pve/nodes/pve1/qemu-server/100.conf": "net0: virtio=AA:0B:0C:00:00:01,bridge=vmbr0,firewall=1\n",
		"root/new/cluster.fw":                     letsIn(4321),
		"root/new/host.fw":                        "[OPTIONS]\nnf_conntrack_max: 300000\n",
		"var/lib/pve-firewall/keep":               "",
	} {
		files[name] = []byte(text)
	}
	units, err := filepath.Glob("../../packaging/systemd/pvefw*")
	if err != nil || len(units) < 4 {
		t.Fatalf("%d units: %v", len(units), err)
	}
	for _, path := range units {
		if files["etc/systemd/system/"+filepath.Base(path)], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// letsIn lets a port in.
func letsIn(port int) string {
	return fmt.Sprintf("[OPTIONS]\nenable: 1\n[IPSET management]\n10.9.9.0/24\n[RULES]\nIN ACCEPT -p tcp -dport %d\n", port)
}

// newSystem boots a node that never had pvefw, or skips by name.
func newSystem(t *testing.T) *system {
	t.Helper()
	if !full() {
		t.Skip("skipped: " + t.Name() + ": takes minutes; " + labVariable + "=full runs it")
	}
	disk, err := NewDisk(t.TempDir())
	var missing *MissingError
	if errors.As(err, &missing) {
		t.Skip("skipped: " + t.Name() + ": " + err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	s := &system{t: t, d: disk}
	s.boot(nodeFiles(t))
	t.Cleanup(func() { _ = s.m.Close() })
	return s
}

func (s *system) boot(files map[string][]byte) {
	s.t.Helper()
	began := time.Now()
	m, err := s.d.Boot(s.t.Context(), files)
	if err != nil {
		s.t.Fatal(err)
	}
	s.m = m
	s.run("systemctl is-system-running --wait")
	s.t.Logf("booted in %s", time.Since(began).Round(time.Second))
}

// run types a line, with any end.
func (s *system) run(line string) shellSaid {
	s.t.Helper()
	var said shellSaid
	began := time.Now()
	s.m.do(s.t, "shell", []byte(line), &said)
	s.t.Logf("%4.1fs $ %s -> %d\n%s", time.Since(began).Seconds(), line, said.Code, said.Text)
	return said
}

// must types a line that has to end well, and returns what it printed.
func (s *system) must(line string) string {
	s.t.Helper()
	said := s.run(line)
	if said.Code != 0 {
		s.t.Fatalf("exit status %d", said.Code)
	}
	return strings.TrimSpace(said.Text)
}

// awaits types a line until it ends well, for as long as that may take.
func (s *system) awaits(line string, limit time.Duration) {
	s.t.Helper()
	s.must(fmt.Sprintf("timeout %.0f bash -c %s || { echo 'in vain:'; journalctl -b -n 40 --no-pager; false; }", limit.Seconds(), quoted("until "+line+"; do sleep 0.3; done")))
}

func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// prints types a line that has to print a text and nothing else.
func (s *system) prints(line, want string) {
	s.t.Helper()
	if got := s.must(line); got != want {
		s.t.Errorf("%s: %q, want %q", line, got, want)
	}
}

// inForce is the digest of the rules.
func (s *system) inForce() (digest string) {
	s.t.Helper()
	s.m.do(s.t, "in force", nil, &digest)
	return digest
}

// holds fails unless rules with a digest are in force.
func (s *system) holds(want string) {
	s.t.Helper()
	if got := s.inForce(); got != want {
		s.t.Fatalf("%s is in force, not %s", got, want)
	}
}

// returns waits for rules with a digest.
func (s *system) returns(want string, limit time.Duration) {
	s.t.Helper()
	for began := time.Now(); s.inForce() != want; time.Sleep(500 * time.Millisecond) {
		if time.Since(began) > limit {
			s.t.Fatalf("the rules do not come back:\n%s", s.must("pvefw rollback --list; systemctl list-units 'pvefw*' --all; journalctl -b -n 60 --no-pager"))
		}
	}
}

// part is a subtest on the same node; those after a failed one would only repeat it.
func (s *system) part(name string, do func()) {
	whole := s.t
	defer func() { s.t = whole }()
	ok := whole.Run(name, func(t *testing.T) {
		s.t = t
		do()
	})
	if !ok {
		whole.FailNow()
	}
}

// number is a property of a unit that is a number.
func (s *system) number(unit, property string) int {
	s.t.Helper()
	n, err := strconv.Atoi(s.must("systemctl show -P " + property + " " + unit))
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}
