package bench

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// cost is what a process took until its end, start-up included.
type cost struct {
	cpu    time.Duration // of user and system
	memory int64         // most bytes resident at once
}

// buildPvefw returns a binary of this checkout.
func buildPvefw(t *testing.T) string {
	binary := filepath.Join(t.TempDir(), "pvefw")
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", binary, "github.com/pvefw/pvefw/cmd/pvefw").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// spent runs a command and drops its output. Findings are no failure,
// nor is a refusal to read a file of too many lines.
func spent(t *testing.T, binary string, args ...string) cost {
	cmd := exec.Command(binary, args...)
	cmd.Env = os.Environ()
	if err := cmd.Run(); err != nil && !slices.Contains([]int{1, 3}, cmd.ProcessState.ExitCode()) {
		t.Fatalf("%s %v: %v", filepath.Base(binary), args, err)
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return cost{cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), usage.Maxrss << 10}
}
