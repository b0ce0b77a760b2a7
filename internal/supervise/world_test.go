package supervise

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// world is a machine of files and a kernel of words.
type world struct {
	t     *testing.T
	m     Machine
	dir   string
	rules words // in force
	asks  int   // how often the kernel was opened
	fails error // of the next Restore
	up    time.Duration
}

// words are a ruleset.
type words string

func (w words) Bytes() []byte  { return []byte(w) }
func (w words) Digest() string { return "digest of " + string(w) }

func newWorld(t *testing.T) *world {
	w := &world{t: t, m: Machine{Root: inMemory(t)}, dir: inMemory(t), rules: "old", up: 1000 * time.Second}
	w.boot("first")
	w.put("proc/sys/net/bridge/bridge-nf-call-iptables", "1\n")
	w.put("proc/sys/net/netfilter/nf_conntrack_max", "262144\n")
	w.put("proc/thread-self/net/tcp", "")
	if err := write(filepath.Join(w.dir, "good"), []byte("old")); err != nil {
		t.Fatal(err)
	}
	return w
}

// inMemory is a directory that nobody waits for the disk of.
func inMemory(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "supervise")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func (w *world) put(name, text string) {
	w.t.Helper()
	path := w.m.path(name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) get(name string) string {
	text, _ := os.ReadFile(w.m.path(name))
	return strings.TrimSpace(string(text))
}

func (w *world) boot(id string) {
	w.put("proc/sys/kernel/random/boot_id", id+"\n")
	w.wait(0)
}

// restart boots the machine anew: rules and settings are gone.
func (w *world) restart() {
	w.rules = ""
	w.put("proc/sys/net/bridge/bridge-nf-call-iptables", "1\n")
	w.put("proc/sys/net/netfilter/nf_conntrack_max", "262144\n")
	w.boot("second")
}

func (w *world) wait(d time.Duration) {
	w.up += d
	w.put("proc/uptime", fmt.Sprintf("%.2f 0.00\n", w.up.Seconds()))
}

func (w *world) store() *Store {
	w.t.Helper()
	s, err := Open(w.dir, w.m)
	if err != nil {
		w.t.Fatal(err)
	}
	s.settling = 0
	return s
}

func (w *world) open() (Kernel, error) { w.asks++; return w, nil }

func (w *world) Close() error                    { return nil }
func (w *world) Save() (Ruleset, error)          { return w.rules, nil }
func (w *world) Parse(b []byte) (Ruleset, error) { return words(b), nil }
func (w *world) Restore(r Ruleset) error {
	if err := w.fails; err != nil {
		w.fails = nil
		return err
	}
	w.rules = words(r.Bytes())
	return nil
}

// task turns the rules into new ones and both settings into others.
func (w *world) task(within time.Duration) *Task {
	return &Task{
		Kind: ByApply, Summary: "1 chain changes", Within: within, ConfigDigest: "files",
		Settings: []Setting{{File: "proc/sys/net/bridge/bridge-nf-call-iptables", Value: "0"}, {File: "proc/sys/net/netfilter/nf_conntrack_max", Value: "500"},
			{File: "proc/sys/net/bridge/bridge-nf-call-arptables", Value: "0"}, {File: "var/lib/pve-firewall/log_nf_conntrack", Value: "1"}},
		Files: map[string][]byte{"plan.json": []byte("{}")},
		Do:    func(Ruleset) error { w.rules = "new"; return nil },
		Check: func() error { return nil },
		Watch: func(int) error { return nil },
	}
}

// state is what is in force, rules and settings.
func (w *world) state() string {
	return fmt.Sprintf("%s %s %s", w.rules, w.get("proc/sys/net/bridge/bridge-nf-call-iptables"), w.get("proc/sys/net/netfilter/nf_conntrack_max"))
}

const (
	stateOld = "old 1 262144"
	stateNew = "new 0 500"
)

// settle is what any later command does first.
func (w *world) settle() {
	w.t.Helper()
	s := w.store()
	l, err := s.Lock("test")
	if err != nil {
		w.t.Fatal(err)
	}
	defer l.Release()
	if _, _, err := s.Settle(w.open); err != nil {
		w.t.Fatal(err)
	}
}

// idle fails unless nothing is pending and nothing is left of what was.
func (w *world) idle() {
	w.t.Helper()
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range entries {
		if name := e.Name(); strings.HasPrefix(name, "pending") && name != "pending.new" || strings.HasSuffix(name, ".new") && name != "pending.new" {
			w.t.Errorf("%s is left", name)
		}
	}
}
