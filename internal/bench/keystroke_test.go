package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// TestRatiosKeystroke prints what the findings of a file cost after a keystroke, in a
// datacenter of 10,000 guests, against a lint of all of it. Like TestRatios it judges
// nothing.
func TestRatiosKeystroke(t *testing.T) {
	root, dir := sourceTree(t), t.TempDir()
	binary := filepath.Join(dir, "session.test")
	build(t, root, "test", "-c", "-o", binary, "./internal/session")
	rows := []struct{ what, goal, bench, times string }{
		{"a lint of everything", "", "BenchmarkSettle", "1x"},
		{"a key in 5,000 lines", "≤ 20 ms", "BenchmarkKeystroke/5000", "50x"},
		{"a key in 50 lines", "", "BenchmarkKeystroke/50$", "50x"},
	}
	samples := make([][]float64, len(rows))
	for range rounds {
		for i, row := range rows {
			out := run(t, os.Environ(), binary, "-test.run", "^$", "-test.bench", "^"+row.bench, "-test.benchtime", row.times)
			found := cpuMetric.FindSubmatch(out)
			if found == nil {
				t.Fatalf("%s", out)
			}
			value, err := strconv.ParseFloat(string(found[1]), 64)
			if err != nil {
				t.Fatal(err)
			}
			samples[i] = append(samples[i], value)
		}
	}
	base := median(samples[0])
	fmt.Printf("\nkeystroke: processor time until the file's findings are there, 10,000 guests (median of %d)\n\n", rounds)
	fmt.Printf("%-24s %12s %10s %10s\n", "", "ms", "ratio", "goal")
	for i, row := range rows {
		ns := median(samples[i])
		fmt.Printf("%-24s %12.1f %9.0f× %10s\n", row.what, ns/1e6, base/ns, row.goal)
	}
	fmt.Println()
}

var cpuMetric = regexp.MustCompile(`([0-9.e+]+) cpuns/op`)
