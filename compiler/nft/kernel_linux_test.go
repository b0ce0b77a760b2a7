package nft

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pvefw/pvefw/ir/lower"
)

// needNFT skips where the kernel cannot be asked, and reports whether its bridges
// know connections.
func needNFT(t *testing.T) (bridges bool) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("skipped: " + t.Name() + ": needs root, because a network namespace is made")
	}
	for _, tool := range []string{"unshare", "nft"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("skipped: %s: needs %s", t.Name(), tool)
		}
	}
	if out, err := namespaced(t, "nft -f -", "table inet probe { chain c { ct state new accept; }; }\n"); err != nil {
		t.Skipf("skipped: %s: no network namespace with nftables here: %v: %s", t.Name(), err, out)
	}
	_, err := namespaced(t, "nft -f -", "table bridge probe { chain c { type filter hook prerouting priority 0; ct state new queue to 0; reject; }; }\n")
	return err == nil
}

// namespaced runs a script in a network namespace of its own, so that the machine's
// rules are never touched.
func namespaced(t *testing.T, script, input string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "unshare", append([]string{"-n", "sh", "-ec", script, "sh"}, args...)...)
	cmd.Stdin = strings.NewReader(input)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

// likeBridge says a script in words that a kernel without filtering bridges takes:
// the guests' table moves to another family, and what only bridges have is left out
// or called by another name. Everything else is checked as it is; the kernel lab
// loads the script itself.
func likeBridge(script string) string {
	const arp = "(?m)^.* arp saddr ip .*\n"
	const helpers = `(?ms)^\tct helper [^}]*\}\n|^[^\n]* ct helper set [^\n]*\n`
	script = regexp.MustCompile(arp+"|"+helpers).ReplaceAllString(script, "")
	return strings.NewReplacer("table bridge pvefw-guests", "table inet pvefw-guests", "meta obrname", "oifname", "meta ibrname", "iifname",
		"priority -10;", "priority 10;").Replace(queues.ReplaceAllString(script, "accept"))
}

var queues = regexp.MustCompile(`queue flags bypass to [0-9-]+`)

// loadable is the script as this kernel can take it.
func loadable(bridges bool, script string) string {
	if bridges {
		return script
	}
	return likeBridge(script)
}

// Every script of a measured configuration loads, in both forms and under both
// semantics, and loads again over itself.
func TestKernelLoadsTheScripts(t *testing.T) {
	bridges := needNFT(t)
	if !bridges {
		t.Log("this kernel's bridges do not know connections: the guests' table is tried in another family")
	}
	scripts, names := t.TempDir(), map[string]bool{}
	for _, dir := range measuredCases(t) {
		for _, sem := range []lower.Semantics{lower.Reference, lower.Intended} {
			name := filepath.Base(dir) + ", " + sem.String()
			for form, program := range build(t, name, compiled(t, dir, sem)) {
				names[name+", "+form] = true
				if err := os.WriteFile(filepath.Join(scripts, name+", "+form), []byte(loadable(bridges, program.Script())), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	out, err := namespaced(t, `cd "$1"; for f in *; do nft -f "$f" || echo "refused: $f"; done; nft list ruleset > .a; nft -f "$f"; nft list ruleset > .b; cmp .a .b && echo "again: $f"`, "", scripts)
	if err != nil || strings.Contains(out, "refused") || !strings.HasPrefix(out, "again: ") {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%d scripts load", len(names))
}

// Loading leaves nothing of what pvefw had before, and everything of others.
func TestLoadingTouchesOnlyItsOwn(t *testing.T) {
	bridges := needNFT(t)
	const foreign = "table inet filter {\n\tset pvefw {\n\t\ttype ipv4_addr\n\t}\n\n\tchain guest-100-in {\n\t\ttype filter hook input priority filter; policy accept;\n\t\ttcp dport 22 accept\n\t}\n}\n"
	dir := measuredCases(t)[0]
	program := build(t, dir, compiled(t, dir, lower.Intended))["folded"]
	script := loadable(bridges, program.Script())
	stale := strings.ReplaceAll(script, "\tchain input {", "\tchain stale {\n\t}\n\n\tchain input {")
	out, err := namespaced(t, "cat > /dev/shm/$$; csplit -s -f /dev/shm/$$. /dev/shm/$$ '/^#====/' '{*}'; "+
		"nft -f /dev/shm/$$.00; nft -f /dev/shm/$$.01; nft list ruleset | grep -q 'chain stale'; nft -f /dev/shm/$$.02; nft list ruleset; rm /dev/shm/$$*",
		foreign+"#====\n"+stale+"#====\n"+script)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.HasPrefix(out, foreign) {
		t.Errorf("the foreign table is not as it was:\n%s", out)
	}
	if strings.Contains(out, "stale") {
		t.Error("a chain that the program does not have is still there")
	}
	alone, err := namespaced(t, "nft -f - ; nft list ruleset", script)
	if err != nil || alone != strings.TrimPrefix(out, foreign) {
		t.Errorf("loading over an older ruleset is not like loading into an empty kernel: %v", err)
	}
}

// The checks above can fail: the kernel refuses what nobody could load, and keeps
// what it had.
func TestKernelKeepsTheOldWhereItRefuses(t *testing.T) {
	bridges := needNFT(t)
	dir := measuredCases(t)[0]
	script := loadable(bridges, build(t, dir, compiled(t, dir, lower.Intended))["folded"].Script())
	broken := strings.Replace(script, "goto host-in-4", "goto nowhere", 1)
	out, err := namespaced(t, "cat > /dev/shm/$$; csplit -s -f /dev/shm/$$. /dev/shm/$$ '/^#====/'; "+
		"nft -f /dev/shm/$$.00; nft list ruleset > /dev/shm/$$.a; if nft -f /dev/shm/$$.01 2>/dev/null; then echo loaded; fi; nft list ruleset > /dev/shm/$$.b; cmp /dev/shm/$$.a /dev/shm/$$.b; rm /dev/shm/$$*",
		script+"#====\n"+broken)
	if err != nil || out != "" {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestKernelLoadsForwarding(t *testing.T) {
	bridges := needNFT(t)
	for form, program := range build(t, "forwarding", forwarding()) {
		if out, err := namespaced(t, "nft -f -", loadable(bridges, program.Script())); err != nil {
			t.Errorf("%s: %v\n%s", form, err, strings.TrimSpace(out))
		}
	}
}
