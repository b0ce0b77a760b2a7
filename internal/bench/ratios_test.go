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

	"github.com/pvefw/pvefw/internal/measured"
)

// switchVariable asks for the table, which takes a while and wants a machine
// that does little else.
const switchVariable = "PVEFW_BENCH"

const rounds = 5

// goal is one row of the table: how many times faster than a baseline.
type goal struct {
	baseline string // a benchmark of shared/bench/parse
	what     string
	atLeast  float64 // 0 where the row only informs
}

var parseGoals = []goal{
	{"BenchmarkA_StatefulTokens", "participle, stateful lexer, token spans", 60},
	{"BenchmarkA_StatefulPos", "participle, stateful lexer, node positions", 60},
	{"BenchmarkB_HandTokens", "participle, hand lexer", 0},
	{"BenchmarkC3_FromLexerTokens", "participle, hand lexer, line by line", 0},
	{"BenchmarkE_Shape", "shape cache, trees of participle", 0},
	{"BenchmarkE2_Compact", "shape cache, tokens only", 0},
	{"BenchmarkD_Hand", "hand-written parser", 0.65},
}

// TestRatios prints how grammar.Parse does against the baselines, in processor
// time per line: the median over rounds in which all take turns. It judges
// nothing, because a busy machine would.
func TestRatios(t *testing.T) {
	if os.Getenv(switchVariable) == "" {
		t.Skipf("skipped: %s: it takes a minute; `make bench` runs it", t.Name())
	}
	shared := measured.Path(t, "bench")
	dir := t.TempDir()
	theirs := buildBaselines(t, shared, dir)
	ours, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	environ := append(os.Environ(), corpusVariable+"="+dir)
	run(t, environ, theirs, "-test.run", "^TestWriteCorpus$")
	var parse []float64
	baseline := make([][]float64, len(parseGoals))
	for range rounds {
		parse = append(parse, perLine(t, environ, ours, "BenchmarkParse"))
		for i, g := range parseGoals {
			baseline[i] = append(baseline[i], perLine(t, environ, theirs, g.baseline))
		}
	}
	printTable(median(parse), baseline)
}

func printTable(parse float64, baseline [][]float64) {
	fmt.Printf("\nparse: grammar.Parse takes %.0f ns of processor time per line (median of %d)\n\n", parse, rounds)
	fmt.Printf("%-32s %-46s %9s %9s %8s\n", "baseline", "", "ns/line", "ratio", "goal")
	for i, g := range parseGoals {
		want := ""
		if g.atLeast > 0 {
			want = fmt.Sprintf("≥ %g×", g.atLeast)
		}
		ns := median(baseline[i])
		fmt.Printf("%-32s %-46s %9.0f %8.2f× %8s\n", g.baseline, g.what, ns, ns/parse, want)
	}
	fmt.Println()
}

// writeCorpus is laid over the baselines' package, so that both sides read what
// their generator makes.
const writeCorpus = `package parse

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestWriteCorpus(t *testing.T) {
	load(200)
	for i, text := range corpus {
		name := filepath.Join(os.Getenv("` + corpusVariable + `"), fmt.Sprintf("%d.fw", i))
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
`

func buildBaselines(t *testing.T, shared, dir string) string {
	source := filepath.Join(dir, "corpus.go.txt")
	overlay := filepath.Join(dir, "overlay.json")
	list, err := json.Marshal(map[string]map[string]string{
		"Replace": {filepath.Join(shared, "parse", "write_corpus_test.go"): source},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{source: []byte(writeCorpus), overlay: list} {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	binary := filepath.Join(dir, "baselines.test")
	build := exec.Command("go", "test", "-c", "-o", binary, "-overlay", overlay, "./parse")
	build.Dir = shared
	if out, err := build.CombinedOutput(); err != nil {
		t.Skipf("skipped: %s: the baselines do not build here: %v\n%s", t.Name(), err, out)
	}
	return binary
}

var metric = regexp.MustCompile(`([0-9.e+]+) cpuns/line`)

// perLine runs one benchmark in a process of its own.
func perLine(t *testing.T, environ []string, binary, benchmark string) float64 {
	out := run(t, environ, binary, "-test.run", "^$", "-test.bench", "^"+benchmark+"$", "-test.benchtime", "0.3s")
	found := metric.FindSubmatch(out)
	if found == nil {
		t.Fatalf("%s says nothing about its time:\n%s", benchmark, out)
	}
	ns, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	return ns
}

func run(t *testing.T, environ []string, binary string, args ...string) []byte {
	cmd := exec.Command(binary, args...)
	cmd.Env = environ
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", filepath.Base(binary), args, err, out)
	}
	return out
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
