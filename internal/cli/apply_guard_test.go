package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/plan"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/spf13/cobra"
)

// guardOf is the guard of an apply of some files, and what they say.
func guardOf(t *testing.T, files map[string]string) (*guarded, *opened, *planned) {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o755); err != nil { // settings above are none of ours
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	g := &guarded{path: dir}
	g.Streams, g.cmd = &Streams{Stdout: io.Discard, Stderr: io.Discard, Now: time.Now()}, &cobra.Command{}
	g.address, g.network = "192.0.2.11", "192.0.2.0/24"
	o, err := openOnce(g.Streams, dir, &g.configFlags, lower.Intended)
	if err != nil {
		t.Fatal(err)
	}
	return g, o, &planned{Plan: &plan.Plan{Config: plan.Source{Digest: o.digest()}}}
}

const switchedOn = "[OPTIONS]\nenable: 1\n[RULES]\n"

// A line that would stop packets and is dropped keeps everything from being applied,
// whatever the settings say about such findings; other errors are the settings' to judge.
func TestErrorsKeepFromApplying(t *testing.T) {
	for _, test := range []struct {
		name, rules, settings, want string
	}{
		{"nothing wrong", "IN ACCEPT -p tcp -dport 8000:8800\n", "", ""},
		{"a dropped DROP", "IN DROP -p tcp -dport 8000-8800\n", "", "1 error must be settled first"},
		{"a dropped DROP that is said to be harmless", "IN DROP -p tcp -dport 8000-8800\n", "lint: {severity: {port-range-dash: info}}\n", "1 error must be settled first"},
		{"a dropped DROP that is not told", "IN reject -p tcp\n", "lint: {disable: [action-unknown]}\n", "must be settled first"},
		{"a dropped ACCEPT", "IN ACCEPT -p tcp -dport 8000-8800\n", "", "1 error must be settled first"},
		{"a dropped ACCEPT that is said to be harmless", "IN ACCEPT -p tcp -dport 8000-8800\n", "lint: {severity: {port-range-dash: info}}\n", ""},
	} {
		files := map[string]string{"cluster.fw": "[IPSET management]\n203.0.113.0/24\n" + switchedOn + test.rules, "host.fw": "[OPTIONS]\nenable: 1\n"}
		if test.settings != "" {
			files[".pvefw.yaml"] = test.settings
		}
		g, o, p := guardOf(t, files)
		expectRefusal(t, test.name, g.errors(o, p), test.want)
		g.allowErrors = true
		expectRefusal(t, test.name+", allowed", g.errors(o, p), "")
	}
}

// Whoever administers the node from a network of the settings must get in.
func TestLockoutsKeepFromApplying(t *testing.T) {
	for _, test := range []struct{ name, rules, want string }{
		{"nobody gets in", "", "these rules would lock you out"},
		{"SSH only", "IN SSH(ACCEPT) -source 203.0.113.0/24\n", "these rules would lock you out"},
		{"half of the network", "IN ACCEPT -source 203.0.113.0/25\n", "these rules would lock you out"},
		{"blocked before", "IN DROP -source 203.0.113.9\nIN ACCEPT -source 203.0.113.0/24\n", "these rules would lock you out"},
		{"in", "IN ACCEPT -source 203.0.113.0/24 -p tcp -dport 22,8006\n", ""},
	} {
		g, o, _ := guardOf(t, map[string]string{"cluster.fw": switchedOn + test.rules, ".pvefw.yaml": "admin_networks: [203.0.113.0/24]\n"})
		g.root = t.TempDir() // a machine without connections
		expectRefusal(t, test.name, g.lockedOut(o), test.want)
		g.iKnow = true
		expectRefusal(t, test.name+", known", g.lockedOut(o), "")
	}
}

// Rules that go count, those that are replaced in their chain do not.
func TestRemovalIsBounded(t *testing.T) {
	chain := func(n int) *nft.Chain { return &nft.Chain{Name: "c", Rules: make([]*nft.Rule, n)} }
	plan := func(before, after int) *planned {
		return &planned{
			live:  &plan.Live{Program: &nft.Program{Tables: []*nft.Table{{Chains: []*nft.Chain{chain(before)}}}}},
			delta: &nft.Delta{Tables: []nft.TableDelta{{Chains: []nft.ChainDelta{{Before: chain(before), After: chain(after)}}}}},
		}
	}
	expectRefusal(t, "a fifth", checkRemoved(plan(100, 80), 20), "")
	expectRefusal(t, "more than a fifth", checkRemoved(plan(100, 79), 20), "21 of 100 rules and elements in force would go, more than 20%")
	expectRefusal(t, "all, allowed", checkRemoved(plan(100, 0), 100), "")
	expectRefusal(t, "the first apply", checkRemoved(plan(0, 50), 0), "")
}

// What goes with a set counts like what goes out of one.
func TestRemovalOfSetsIsBounded(t *testing.T) {
	set := &nft.Set{Name: "s", Key: []nft.Field{nft.IPSource}, Elements: make([]nft.Element, 30)}
	p := &planned{
		live:  &plan.Live{Program: &nft.Program{Tables: []*nft.Table{{Sets: []*nft.Set{set}}}}},
		delta: &nft.Delta{Tables: []nft.TableDelta{{Sets: []nft.SetDelta{{Before: set}}}}},
	}
	expectRefusal(t, "a set that goes", checkRemoved(p, 20), "30 of 30 rules and elements in force would go, more than 20%")
	p.delta.Tables[0].Sets[0].After, p.delta.Tables[0].Sets[0].Remake = set, true
	expectRefusal(t, "a set that is made anew", checkRemoved(p, 20), "")
}

func expectRefusal(t *testing.T, name string, err error, want string) {
	t.Helper()
	var e *exitError
	switch {
	case want == "" && err != nil:
		t.Errorf("%s: %v", name, err)
	case want != "" && (!errors.As(err, &e) || e.code != exitFindings || !strings.Contains(e.text, want)):
		t.Errorf("%s: %v, want %q", name, err, want)
	}
}

// Of a kernel without connections on bridges it is said what it lacks.
func TestRefusalOfAKernelWithoutConnectionsOnBridgesIsExplained(t *testing.T) {
	const module = "nf_conntrack_bridge"
	refused := netlink.Refusal{Table: nft.GuestTable, Chain: "prerouting", Reason: syscall.EPROTO}
	if text := applyError(&refused).Error(); !strings.Contains(text, module) || !strings.Contains(text, "prerouting") {
		t.Errorf("said: %s", text)
	}
	refused.Table = nft.HostTable
	if text := applyError(&refused).Error(); strings.Contains(text, module) {
		t.Errorf("said of the node's table: %s", text)
	}
}
