// Package netns owns network namespaces of tests, in which they load rules so that the
// machine's own are never touched. It must not know what is loaded. Invariant: a test that
// cannot have a namespace, or a tool that it needs there, is skipped by name and reason.
// Start reading at Script; Enter is for tests that speak with the kernel themselves.
package netns

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"
)

// Script runs a shell script in a directory and a namespace of its own, for a minute at
// most, and returns all that it prints.
func Script(dir, script string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "unshare", "-n", "sh", "-c", script)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// needTools skips a test that may not have a namespace, or misses one of the tools.
func needTools(t testing.TB, tools ...string) {
	t.Helper()
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skipf("skipped: %s: needs root on Linux, because a network namespace is made", t.Name())
	}
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("skipped: %s: needs %s", t.Name(), tool)
		}
	}
}

// NeedIPTables skips a test that cannot load ipset and iptables by Script, or misses one of
// more tools.
func NeedIPTables(t testing.TB, more ...string) {
	t.Helper()
	needTools(t, append([]string{"unshare", "ipset", "iptables-restore", "ip6tables-restore"}, more...)...)
	if out, err := Script(t.TempDir(), "ipset create probe hash:net; printf '*filter\nCOMMIT\n' | iptables-restore -n"); err != nil {
		t.Skipf("skipped: %s: no network namespace with ipset and iptables here: %v: %s", t.Name(), err, out)
	}
}
