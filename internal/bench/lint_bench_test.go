package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"
)

// TestRatiosLint prints how evaluating policies does against the plain way, in
// processor time: medians over rounds in which all take turns. Like TestRatios it
// judges nothing.
func TestRatiosLint(t *testing.T) { lintRows(t, sourceTree(t), t.TempDir()) }

// TestRatiosStart prints what a start of `pvefw lint` costs, likewise.
func TestRatiosStart(t *testing.T) { startRows(t, sourceTree(t), t.TempDir()) }

func sourceTree(t *testing.T) string {
	if os.Getenv(switchVariable) == "" {
		t.Skipf("skipped: %s: it takes a minute; `make bench` runs it", t.Name())
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

var ruleMetric = regexp.MustCompile(`([0-9.e+]+) (cpuns/rule|ns/rule|B/rule)`)

// lintRows run the benchmarks of lint/rego.
func lintRows(t *testing.T, root, dir string) {
	binary := filepath.Join(dir, "rego.test")
	build(t, root, "test", "-c", "-o", binary, "./lint/rego")
	names := []string{"BenchmarkQueryPerGuest", "BenchmarkPolicies", "BenchmarkJudge"}
	what := []string{"a prepared query per guest", "the same policies, by classes", "all of Engine.Judge"}
	samples := make([]map[string][]float64, len(names))
	for range rounds {
		for i, name := range names {
			if samples[i] == nil {
				samples[i] = map[string][]float64{}
			}
			out := run(t, os.Environ(), binary, "-test.run", "^$", "-test.bench", "^"+name+"$", "-test.benchtime", "2x")
			for _, found := range ruleMetric.FindAllSubmatch(out, -1) {
				value, err := strconv.ParseFloat(string(found[1]), 64)
				if err != nil {
					t.Fatal(err)
				}
				samples[i][string(found[2])] = append(samples[i][string(found[2])], value)
			}
		}
	}
	base := median(samples[0]["cpuns/rule"])
	fmt.Printf("\nlint: policies on random guests (median of %d); goals: ≥ 20×, ≥ 1 M rules/s, < 1024 B a rule\n\n", rounds)
	fmt.Printf("%-24s %-32s %12s %9s %12s %8s\n", "benchmark", "", "cpu ns/rule", "ratio", "rules/s", "B/rule")
	for i, name := range names {
		ns := median(samples[i]["cpuns/rule"])
		fmt.Printf("%-24s %-32s %12.0f %8.1f× %12.0f %8.0f\n", name, what[i], ns, base/ns, 1e9/median(samples[i]["ns/rule"]), median(samples[i]["B/rule"]))
	}
}

// plainCommand is what a start costs without OPA: cobra and our other packages.
const plainCommand = `package main

import (
	"fmt"

	"github.com/spf13/cobra"
	_ "github.com/pvefw/pvefw/compiler/iptables"
	_ "github.com/pvefw/pvefw/internal/load"
	_ "github.com/pvefw/pvefw/lint"
)

func main() {
	root := &cobra.Command{Use: "pvefw"}
	root.AddCommand(&cobra.Command{Use: "version", Run: func(*cobra.Command, []string) { fmt.Println("pvefw") }})
	if err := root.Execute(); err != nil {
		panic(err)
	}
}
`

// startRows time whole processes on one file.
func startRows(t *testing.T, root, dir string) {
	file := filepath.Join(dir, "100.fw")
	source, overlay := filepath.Join(dir, "main.go.txt"), filepath.Join(dir, "overlay.json")
	list, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(root, "cmd", "plain", "main.go"): source}})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{source: []byte(plainCommand), overlay: list, file: ownCorpus(1, 50)[0]} {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	plain, pvefw := filepath.Join(dir, "plain"), filepath.Join(dir, "pvefw")
	build(t, root, "build", "-overlay", overlay, "-o", plain, "./cmd/plain")
	build(t, root, "build", "-o", pvefw, "./cmd/pvefw")
	rows := []struct {
		what, goal string
		args       []string
	}{
		{"version, without OPA", "", []string{plain, "version"}},
		{"version", "", []string{pvefw, "version"}},
		{"lint one.fw, cold", "≤ 7×", []string{pvefw, "lint", "--no-cache", file}},
		{"lint one.fw, warm cache", "≤ 2.5×", []string{pvefw, "lint", file}},
	}
	samples := make([][]float64, len(rows))
	for range 4 * rounds {
		for i, row := range rows {
			samples[i] = append(samples[i], processTime(t, dir, row.args).Seconds()*1e3)
		}
	}
	base := median(samples[0])
	fmt.Printf("\nstart: processor time of whole processes (median of %d)\n\n%-32s %8s %9s %8s\n", 4*rounds, "", "ms", "ratio", "goal")
	for i, row := range rows {
		ms := median(samples[i])
		fmt.Printf("%-32s %8.1f %8.1f× %8s\n", row.what, ms, ms/base, row.goal)
	}
	fmt.Println()
}

// processTime is the processor time of one run. Findings are no failure.
func processTime(t *testing.T, dir string, args []string) time.Duration {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(dir, "cache"))
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil || !slices.Contains([]int{0, 1}, cmd.ProcessState.ExitCode()) {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

func build(t *testing.T, root string, args ...string) {
	cmd := exec.Command("go", args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // as make build does
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("skipped: %s: it does not build here: %v\n%s", t.Name(), err, out)
	}
}
