package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pvefw/pvefw/internal/golden"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/memo"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
)

// kept is the memory of a CONFIG with something in it, and where it lies.
func kept(t *testing.T, dir string) (r *planRun, o *opened, file string) {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	r = &planRun{Streams: &Streams{}, configFlags: configFlags{node: "pve1"}}
	o, err := openOneNode(r.Streams, dir, &r.configFlags)
	if err != nil {
		t.Fatal(err)
	}
	m := r.remember(o, lower.Intended)
	if m == nil || m.last != nil {
		t.Fatalf("before anything was kept: %+v", m)
	}
	text := (&memo.Memo{Context: m.context}).Encode()
	m.folder.store(m.name, text)
	return r, o, filepath.Join(m.folder.dir, m.name)
}

// What is kept holds for the same files, flags and build, and is nobody else's to read.
func TestMemoryIsOfOneContext(t *testing.T) {
	dir := golden.Dir(t, map[string]string{"firewall/cluster.fw": "[OPTIONS]\nenable: 1\n", "nodes/pve1/host.fw": "", "firewall/100.fw": "[RULES]\n"})
	r, o, file := kept(t, dir)
	if m := r.remember(o, lower.Intended); m == nil || m.last == nil {
		t.Fatal("what was kept is not found")
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	changed := func(change func(in *config.Input, l *load.Loaded)) *opened {
		l := *o.Loaded
		l.Input.Nodes = append([]config.NodeInput(nil), l.Input.Nodes...)
		change(&l.Input, &l)
		return &opened{Loaded: &l}
	}
	for name, other := range map[string]*opened{
		"another root":       changed(func(_ *config.Input, l *load.Loaded) { l.Root += "/x" }),
		"no cluster.fw":      changed(func(in *config.Input, _ *load.Loaded) { in.Cluster = nil }),
		"another address":    changed(func(in *config.Input, _ *load.Loaded) { in.Nodes[0].Facts.Address = "192.0.2.1" }),
		"another node":       changed(func(in *config.Input, _ *load.Loaded) { in.Nodes[0].Facts.Name = "pve2" }),
		"no host.fw":         changed(func(in *config.Input, _ *load.Loaded) { in.Nodes[0].HostFW = nil }),
		"corosync.conf":      changed(func(in *config.Input, _ *load.Loaded) { in.Nodes[0].Corosync = in.Cluster }),
		"a VNet":             changed(func(in *config.Input, _ *load.Loaded) { in.VNets = []config.VNetInput{{Name: "v", FW: in.Cluster}} }),
		"a missing fact":     changed(func(in *config.Input, _ *load.Loaded) { in.Missing = []string{"x"} }),
		"guests without any": changed(func(in *config.Input, _ *load.Loaded) { in.NoGuestConfs = !in.NoGuestConfs }),
		"the SDN":            changed(func(in *config.Input, _ *load.Loaded) { in.SDN = in.Cluster }),
		"two nodes":          changed(func(in *config.Input, _ *load.Loaded) { in.Nodes = append(in.Nodes, in.Nodes[0]) }),
	} {
		if m := r.remember(other, lower.Intended); m != nil && m.last != nil {
			t.Errorf("%s: the memory of other files holds", name)
		}
	}
	if r.remember(o, lower.Reference) != nil {
		t.Error("there is a memory of what the production daemon makes")
	}
	without := *r
	without.noCache = true
	if without.remember(o, lower.Intended) != nil {
		t.Error("there is a memory with --no-cache")
	}
	t.Setenv(cacheVariable, "off")
	if r.remember(o, lower.Intended) != nil {
		t.Error("there is a memory with " + cacheVariable + "=off")
	}
}

// What somebody was at counts as nothing, whatever it is.
func TestDamagedMemoryIsNone(t *testing.T) {
	dir := golden.Dir(t, map[string]string{"firewall/cluster.fw": "[OPTIONS]\nenable: 1\n", "nodes/pve1/host.fw": ""})
	for name, damage := range map[string]func(text []byte, file string) error{
		"a byte is another":  func(text []byte, file string) error { text[len(text)-3] ^= 1; return os.WriteFile(file, text, 0o600) },
		"the end is missing": func(text []byte, file string) error { return os.WriteFile(file, text[:len(text)-1], 0o600) },
		"nothing is left":    func(_ []byte, file string) error { return os.WriteFile(file, nil, 0o600) },
		"it is too large":    func(_ []byte, file string) error { return os.Truncate(file, planCache.entryBytes+1) },
		"others may write":   func(_ []byte, file string) error { return os.Chmod(file, 0o666) },
		"it is a folder":     func(_ []byte, file string) error { _ = os.Remove(file); return os.Mkdir(file, 0o700) },
		"it is a link": func(text []byte, file string) error {
			_ = os.Rename(file, file+".x")
			return os.Symlink(file+".x", file)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, o, file := kept(t, dir)
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := damage(text, file); err != nil {
				t.Fatal(err)
			}
			if m := r.remember(o, lower.Intended); m == nil || m.last != nil {
				t.Errorf("%+v", m)
			}
		})
	}
}
