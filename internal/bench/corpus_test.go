package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// corpusVariable names a directory of guest files; TestRatios fills it from the
// generator of the baselines. Without it the benchmarks make their own input.
const corpusVariable = "PVEFW_BENCH_CORPUS"

func corpus(tb testing.TB) [][]byte {
	dir := os.Getenv(corpusVariable)
	if dir == "" {
		return ownCorpus(200, 50)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.fw"))
	if err != nil || len(names) == 0 {
		tb.Fatalf("no guest files in %s: %v", dir, err)
	}
	var files [][]byte
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		files = append(files, text)
	}
	return files
}

// ownCorpus makes guests with the usual kinds of lines.
func ownCorpus(guests, rules int) [][]byte {
	lines := []string{
		"IN SSH(ACCEPT) -i net0 -source +dc/mgmt -log nolog",
		"OUT ACCEPT -i net1 -source 10.0.%d.0/24 -dest dc/web -p tcp -dport 80,443 # ticket %d",
		"|IN DROP -i net0 -source 10.1.%d.1 -p udp -dport 53 -sport 1024:65535",
		"GROUP web -i net0",
		"IN REJECT -i net1 -source 2001:db8:%x::/64 -p tcp -dport 22 -log info # monitoring",
	}
	var files [][]byte
	for i := range guests {
		var b strings.Builder
		b.WriteString("[OPTIONS]\n\nenable: 1\npolicy_in: DROP\ndhcp: 0\n\n[ALIASES]\n\nweb1 10.0.0.1 # frontend\n\n[IPSET ipfilter-net0]\n\n10.0.0.1\n! 10.0.0.2\n\n[RULES]\n\n")
		for n := range rules {
			line := lines[(i+n)%len(lines)]
			args := []any{n, i}
			b.WriteString(fmt.Sprintf(line, args[:strings.Count(line, "%")]...) + "\n")
		}
		files = append(files, []byte(b.String()))
	}
	return files
}

// cpu is the processor time of this process so far, the collector's included.
func cpu(tb testing.TB) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
