//go:build linux

package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
)

// kernelVariable makes a process of this package a worker: it does one thing to the
// kernel of a namespace and says what that took.
const kernelVariable = "PVEFW_BENCH_KERNEL"

// needKernel skips where no namespace can be made or the tools are missing.
func needKernel(t *testing.T, tools ...string) {
	t.Helper()
	if os.Getenv(switchVariable) == "" {
		t.Skipf("skipped: %s: it takes minutes; `make bench` runs it", t.Name())
	}
	if os.Geteuid() != 0 {
		t.Skipf("skipped: %s: needs root, because a network namespace is made", t.Name())
	}
	for _, tool := range append(tools, "unshare", "nft") {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("skipped: %s: needs %s", t.Name(), tool)
		}
	}
	if out, err := exec.Command("unshare", "-n", "nft", "add table inet probe").CombinedOutput(); err != nil {
		t.Skipf("skipped: %s: no network namespace with nftables here: %v: %s", t.Name(), err, out)
	}
}

// expense is what a process took.
type expense struct {
	seconds float64 // of processors, in the kernel too
	memory  float64 // MB at most
}

// expenseOf is that of everything that this process did since before, or of a child.
func expenseOf(u, before *syscall.Rusage) expense {
	seconds := func(u *syscall.Rusage) float64 {
		return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
	}
	return expense{seconds(u) - seconds(before), float64(u.Maxrss) / 1024}
}

// TestRatiosKernel prints how sending a program and reading it back do against nft, in
// processor time and memory. Both sides get a namespace of their own.
func TestRatiosKernel(t *testing.T) {
	needKernel(t)
	fmt.Printf("\n%-38s %10s %10s %8s %8s %10s %10s %8s %8s\n", "kernel", "nft s", "pvefw s", "ratio", "goal", "nft MB", "pvefw MB", "ratio", "goal")
	for _, guests := range []int{1000, 5000} {
		script := filepath.Join(t.TempDir(), "rules.nft")
		if err := os.WriteFile(script, []byte(guestRules(guests, 100).Script()), 0o600); err != nil {
			t.Fatal(err)
		}
		times := rounds
		if guests > 1000 {
			times = 3
		}
		var nft, ours []expense
		for range times {
			nft = append(nft, child(t, "nft", "-f", script))
			ours = append(ours, worker(t, "apply", guests)[0])
		}
		line(fmt.Sprintf("apply, %d rules", guests*100), nft, ours, "≤ 0.5×", "≤ 0.2×")
		readBack(t, guests, times)
	}
	var whole, one []expense
	for range 3 {
		both := worker(t, "change", 10_000)
		whole, one = append(whole, both[0]), append(one, both[1])
	}
	fmt.Printf("%-38s %10s %10s\n", "", "all s", "delta s")
	line("one chain of 10000 guests × 100", whole, one, "≤ 0.1×", "")
	fmt.Println()
}

// readBack prints three ways to see what is in force beside nft's: decoded, with the hash
// of every chain held against its rules; as the kernel dumps it, chain by chain; and by
// the hashes alone, which is all that a plan reads of chains that have not changed. Of
// many rules it is done once: nft's time grows with their square, to minutes.
func readBack(t *testing.T, guests, times int) {
	if guests > 1000 {
		times = 1
	}
	ways := []struct{ name, goal string }{{"read back and decoded", "≤ 0.02×"}, {"dumped chain by chain", ""}, {"hashes", ""}}
	took := make([][]expense, len(ways)+1)
	for range times {
		for i, e := range worker(t, "read", guests) {
			took[i] = append(took[i], e)
		}
	}
	for i, w := range ways {
		line(fmt.Sprintf("%s, %d rules", w.name, guests*100), took[len(ways)], took[i], w.goal, "")
	}
}

func line(what string, theirs, ours []expense, goals ...string) {
	pick := func(of []expense, f func(expense) float64) float64 {
		var values []float64
		for _, c := range of {
			values = append(values, f(c))
		}
		return median(values)
	}
	seconds, memory := func(c expense) float64 { return c.seconds }, func(c expense) float64 { return c.memory }
	a, b, m, n := pick(theirs, seconds), pick(ours, seconds), pick(theirs, memory), pick(ours, memory)
	fmt.Printf("%-38s %10.2f %10.2f %7.3f× %8s %10.0f %10.0f %7.3f× %8s\n", what, a, b, b/a, goals[0], m, n, n/m, goals[1])
}

// child runs a command in a namespace of its own.
func child(t *testing.T, args ...string) expense {
	cmd := exec.Command("unshare", append([]string{"-n"}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return expenseOf(cmd.ProcessState.SysUsage().(*syscall.Rusage), &syscall.Rusage{})
}

// worker runs this package in a namespace of its own.
func worker(t *testing.T, what string, guests int) []expense {
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("unshare", "-n", binary, "-test.run", "^TestKernelWorker$", "-test.v")
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d", kernelVariable, what, guests))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", what, err, out)
	}
	var costs []expense
	for text := range strings.Lines(string(out)) {
		var c expense
		if n, _ := fmt.Sscanf(text, "cost %f %f", &c.seconds, &c.memory); n == 2 {
			costs = append(costs, c)
		}
	}
	if len(costs) == 0 {
		t.Fatalf("%s says nothing:\n%s", what, out)
	}
	return costs
}

// TestKernelWorker is the other side of worker: the program is made before the clock
// starts, as nft's script is.
func TestKernelWorker(t *testing.T) {
	what, number, _ := strings.Cut(os.Getenv(kernelVariable), " ")
	guests, err := strconv.Atoi(number)
	if what == "" || err != nil {
		t.Skipf("skipped: %s: it is a part of TestRatiosKernel", t.Name())
	}
	defer debug.SetGCPercent(debug.SetGCPercent(25)) // the program is no part of what is measured
	program := guestRules(guests, 100)
	conn, err := netlink.Open()
	if err != nil {
		t.Fatal(err)
	}
	tell := func(work func() error) {
		var before, after syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &before)
		if err := work(); err != nil {
			t.Fatal(err)
		}
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &after)
		c := expenseOf(&after, &before)
		fmt.Printf("cost %f %f\n", c.seconds, c.memory)
	}
	apply := func() error {
		batch, err := netlink.Encode(program)
		if err != nil {
			return err
		}
		return conn.Apply(batch)
	}
	switch what {
	case "apply":
		tell(apply)
		return
	case "change":
		tell(apply)
		last := program.Tables[0].Chains[guests]
		last.Rules = last.Rules[1:]
		last.Hash = last.Restate()
		tell(func() error { return change(conn, program) })
		return
	}
	if err := apply(); err != nil {
		t.Fatal(err)
	}
	tell(func() error {
		image, err := conn.Read()
		if err == nil && len(image.Strange)+len(image.Changed) > 0 {
			err = fmt.Errorf("strange %v, changed %v", image.Strange, image.Changed)
		}
		return err
	})
	tell(func() error { _, err := conn.Save(); return err })
	tell(func() error { _, err := conn.Hashes(); return err })
	list := exec.Command("nft", "list", "ruleset")
	if err := list.Run(); err != nil {
		t.Fatal(err)
	}
	c := expenseOf(list.ProcessState.SysUsage().(*syscall.Rusage), &syscall.Rusage{})
	fmt.Printf("cost %f %f\n", c.seconds, c.memory)
}

// change brings a program into force by what differs, of which only that is read.
func change(c *netlink.Conn, p *nft.Program) error {
	wanted := netlink.HashesOf(p)
	image, err := c.ReadWhere(func(id netlink.ChainID, hash string) bool { return wanted[id] != hash })
	if err != nil {
		return err
	}
	delta := nft.Diff(image.Program, p)
	if len(delta.Tables) != 1 || len(delta.Tables[0].Chains) != 1 {
		return fmt.Errorf("not one chain differs: %+v", delta.Tables)
	}
	batch, err := netlink.EncodeDelta(delta, image.Generation)
	if err != nil {
		return err
	}
	return c.Apply(batch)
}
