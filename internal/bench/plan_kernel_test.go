//go:build linux

package bench

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/kernellab"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
)

// TestPlan prints what the whole process pvefw plan takes when one rule of one guest has
// changed, and what part that is of a plan without memory. The kernel is that of this
// machine, in a namespace of the test's own; it holds chains without rules, which plan does
// not read, since not every kernel knows connections on bridges. What the kernel itself
// spends on listing is shown by itself: it looks up every set in a list.
func TestPlan(t *testing.T) {
	needKernel(t)
	binary := buildPvefw(t)
	fmt.Printf("\n%-34s %8s %9s %8s %8s %s\n", "plan, one rule changed", "pvefw s", "kernel s", "wall s", "without", "goal")
	for _, size := range []struct {
		guests, rules, rounds int
		sets                  bool
	}{{1000, 50, rounds, true}, {10_000, 50, 3, false}} {
		about := map[bool]string{true: "sets of guests", false: "no sets"}[size.sets]
		t.Run(about, func(t *testing.T) {
			runtime.LockOSThread() // never given back: the namespace ends with the thread
			if err := syscall.Unshare(syscall.CLONE_NEWNET); err != nil {
				t.Fatal(err)
			}
			t.Setenv("XDG_CACHE_HOME", t.TempDir())
			dir := writeCluster(t, size.guests, size.rules)
			if !size.sets {
				withoutSets(t, dir)
			}
			kernellab.LoadBare(t, askedFor(t, dir))
			user, system, wall, share := planned(t, binary, dir, size.rounds)
			fmt.Printf("%-34s %8.2f %9.2f %8.2f %7.2f× ≤ 2 s\n", fmt.Sprintf("%d × %d rules, %s", size.guests, size.rules, about), user, system, wall, share)
		})
	}
	fmt.Println()
}

// planned are medians: what one changed rule takes, in seconds, and its part of the
// processor time without memory. Both plans are the same.
func planned(t *testing.T, binary, dir string, times int) (user, system, wall, share float64) {
	name := filepath.Join(dir, "firewall", "500.fw")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	runPlan(t, binary, dir)
	var all [4][]float64
	for i := range times {
		rule := fmt.Appendf(nil, "[RULES]\n\nIN ACCEPT -p tcp -dport %d\n", 7000+i)
		if err := os.WriteFile(name, bytes.Replace(text, []byte("[RULES]\n"), rule, 1), 0o600); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		with, some := runPlan(t, binary, dir)
		took := time.Since(begun)
		without, full := runPlan(t, binary, dir, "--no-cache")
		if !bytes.Equal(with, without) {
			t.Fatal("the plan with memory is another one")
		}
		u, s := some.UserTime().Seconds(), some.SystemTime().Seconds()
		for i, value := range []float64{u, s, took.Seconds(), (u + s) / (full.UserTime() + full.SystemTime()).Seconds()} {
			all[i] = append(all[i], value)
		}
	}
	for i := range all {
		slices.Sort(all[i])
	}
	return all[0][times/2], all[1][times/2], all[2][times/2], all[3][times/2]
}

func runPlan(t *testing.T, binary, dir string, flags ...string) ([]byte, *os.ProcessState) {
	cmd := exec.Command(binary, append([]string{"plan", "--format", "json", "--node", "pve1", dir}, flags...)...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return out, cmd.ProcessState
}

// withoutSets takes the sets of guests away.
func withoutSets(t *testing.T, dir string) {
	names, err := filepath.Glob(filepath.Join(dir, "firewall", "[0-9]*.fw"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		from, to := bytes.Index(text, []byte("[IPSET")), bytes.Index(text, []byte("[RULES]"))
		if err := os.WriteFile(name, slices.Concat(text[:from], text[to:]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// askedFor is the program that a datacenter asks for on its node.
func askedFor(t *testing.T, dir string) *nft.Program {
	loaded, err := load.Load(dir, load.Options{OneNode: true, Node: "pve1"})
	if err != nil {
		t.Fatal(err)
	}
	cfg, _ := config.Resolve(loaded.Input)
	policy, _ := lower.Consume(cfg, cfg.Nodes[0], lower.Intended)
	program, found := nft.Build(policy, nft.Options{})
	if program == nil {
		t.Fatal(found)
	}
	return program
}
