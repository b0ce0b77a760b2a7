package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pvefw/pvefw/internal/golden"
	"github.com/pvefw/pvefw/internal/netns"
	"github.com/pvefw/pvefw/internal/plan"
)

// nftTool runs nft in the namespace of the test.
func nftTool(input string, args ...string) (string, error) {
	cmd := exec.Command("nft", args...)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// pvefw runs a command in the namespace of the test.
func pvefw(args ...string) (stdout, stderr string, code int) {
	var out, complaints bytes.Buffer
	code = Main(args, Streams{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &complaints, Now: time.Unix(1_700_000_000, 0)})
	return out.String(), complaints.String(), code
}

// The kernel is asked where no file is given: for pvefw's tables, and for the names of
// others.
func TestPlanAsksTheKernel(t *testing.T) {
	netns.Enter(t)
	on := golden.Dir(t, map[string]string{"firewall/cluster.fw": "[OPTIONS]\nenable: 1\n", "nodes/pve1/host.fw": ""})
	off := golden.Dir(t, map[string]string{"firewall/cluster.fw": "[OPTIONS]\nenable: 0\n", "nodes/pve1/host.fw": ""})
	out, complaints, code := pvefw("plan", on, "--detailed-exitcode")
	if code != 1 || !strings.Contains(out, "+ table inet pvefw\n") || !strings.Contains(out, "2 tables are created") {
		t.Errorf("an empty kernel: %d\n%s%s", code, out, complaints)
	}
	out, complaints, code = pvefw("plan", off, "--detailed-exitcode")
	if code != 0 || !strings.Contains(out, "No changes") {
		t.Errorf("nothing to do: %d\n%s%s", code, out, complaints)
	}
	if out, err := nftTool("table inet pvefw { chain old { tcp dport 22 counter accept; drop; }; }\ntable ip docker { }\ntable inet proxmox-firewall { }\n", "-f", "-"); err != nil {
		t.Fatal(out)
	}
	out, complaints, code = pvefw("plan", off, "--format", "json")
	p, err := plan.Read([]byte(out))
	if code != 0 || err != nil {
		t.Fatalf("%d %v\n%s%s", code, err, out, complaints)
	}
	if got := strings.Join(p.Untouched, ", "); got != "inet proxmox-firewall, ip docker" || p.Summary.Tables.Delete != 1 || len(p.Foreign) != 1 {
		t.Errorf("untouched %q, %+v, %v", got, p.Summary, p.Foreign)
	}
	out, complaints, code = pvefw("drift", off, "--format", "json")
	var report plan.Report
	if err := json.Unmarshal([]byte(out), &report); code != 1 || err != nil {
		t.Fatalf("%d %v\n%s%s", code, err, out, complaints)
	}
	var kinds []string
	for _, d := range report.Drifts {
		kinds = append(kinds, string(d.Kind)+" "+string(d.Object)+" "+d.Table+" "+d.Name)
	}
	if got := strings.Join(kinds, "; "); got != "extra table inet pvefw ; extra chain inet pvefw old; beside table inet proxmox-firewall " {
		t.Errorf("drift: %s", got)
	}
}

// With --watch a change is told when it comes, and the last state is the exit code.
func TestDriftWatches(t *testing.T) {
	netns.Enter(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "pvefw") // under this name the test binary is the command
	if err := os.Symlink(self, binary); err != nil {
		t.Fatal(err)
	}
	dir := golden.Dir(t, map[string]string{"firewall/cluster.fw": "[OPTIONS]\nenable: 0\n", "nodes/pve1/host.fw": ""})
	cmd := exec.Command(binary, "drift", "--watch", "--interval", "1s", dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	lines := bufio.NewScanner(out)
	until := func(what string) {
		for lines.Scan() {
			if strings.Contains(lines.Text(), what) {
				return
			}
		}
		t.Fatalf("%q is never told: %v", what, lines.Err())
	}
	until("No drift:")
	if err := os.WriteFile(filepath.Join(dir, "firewall/cluster.fw"), []byte("[OPTIONS]\nenable: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	until("Drift:")
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 1 {
		t.Errorf("ended with %v", err)
	}
}
