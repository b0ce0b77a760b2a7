package bench

import (
	"bytes"
	"fmt"
	"math/rand"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

const mebibyte = 1 << 20

// hostile are files of one mebibyte that nobody writes by hand.
func hostile() map[string][]byte {
	noise := make([]byte, mebibyte)
	rand.New(rand.NewSource(1)).Read(noise)
	repeat := func(head, line string) []byte {
		return append([]byte(head), bytes.Repeat([]byte(line), (mebibyte-len(head))/len(line))...)
	}
	return map[string][]byte{
		"random bytes": noise, "line feeds": repeat("", "\n"), "one line of a": repeat("", "a"),
		"x without a section": repeat("", "x\n"), "x as options": repeat("[OPTIONS]\n", "x\n"),
		"x as aliases": repeat("[ALIASES]\n", "x\n"), "x as rules": repeat("[RULES]\n", "x\n"),
		"x in a set": repeat("[IPSET ab]\n", "x\n"), "comments": repeat("", "#\n"), "one comment": repeat("", "#"),
		"brackets": repeat("", "[\n"), "one line of brackets": repeat("", "["), "headers": repeat("", "[rules]\n"),
		"refused groups": repeat("", "[group x]\n"), "carriage returns": repeat("[RULES]\n", "\r\n"),
		"one rule with many parameters": repeat("[RULES]\nIN DROP", " -p a"), "one rule with many words": repeat("[RULES]\nIN DROP", " a"),
		"small rules": repeat("[RULES]\n", "IN x\n"), "rules with a bad flag": repeat("[RULES]\n", "IN x -y\n"),
		"rules with a small fix": repeat("[RULES]\n", "IN x -s y\n"),
	}
}

// TestMemoryIsBounded: the tree and the findings of any file take at most 40 times
// its size, and a fixed mebibyte. Line feeds alone take more, because the smallest
// line there is has one byte; internal/load refuses files with more than 2^19 lines.
func TestMemoryIsBounded(t *testing.T) {
	for name, text := range hostile() {
		limit := 40.0
		if name == "line feeds" {
			limit = 56
		}
		tree, findings, _ := held(text)
		if got := tree + findings; got > limit+1 {
			t.Errorf("%s: %.1f times the size of the file, more than %.0f", name, got, limit)
		}
	}
}

// TestHostile prints what grammar.Parse takes for the tree and the findings, as
// multiples of the file's size, and how the time grows with the size.
func TestHostile(t *testing.T) {
	if os.Getenv(switchVariable) == "" {
		t.Skipf("skipped: %s: it takes a while; `make bench` runs it", t.Name())
	}
	fmt.Printf("\n%-32s %8s %8s %8s %10s %9s\n", "1 MiB of", "tree", "findings", "count", "ms", "1 MiB/½")
	for name, text := range hostile() {
		half := elapsed(text[:len(text)/2])
		whole := elapsed(text)
		tree, findings, count := held(text)
		fmt.Printf("%-32s %7.1f× %7.1f× %8d %10.0f %8.1f×\n", name, tree, findings, count, whole.Seconds()*1000, float64(whole)/float64(half))
	}
}

func elapsed(text []byte) time.Duration {
	best := time.Hour
	for range 3 {
		start := time.Now()
		grammar.Parse(source.NewFile("x", text), facts.Cluster)
		best = min(best, time.Since(start))
	}
	return best
}

// held measures what stays reachable.
func held(text []byte) (tree, findings float64, count int) {
	before := heap()
	f, list := grammar.Parse(source.NewFile("x", text), facts.Cluster)
	all := heap()
	count = len(list)
	runtime.KeepAlive(list)
	list = nil
	alone := heap()
	runtime.KeepAlive(f)
	return float64(alone-before) / float64(len(text)), float64(all-alone) / float64(len(text)), count
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
