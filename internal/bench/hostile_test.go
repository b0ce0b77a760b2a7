package bench

import (
	"bytes"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
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
		"brackets": repeat("", "[\n"), "brackets as rules": repeat("[RULES]\n", "[\n"), "one line of brackets": repeat("", "["), "headers": repeat("", "[rules]\n"),
		"refused groups": repeat("", "[group x]\n"), "carriage returns": repeat("[RULES]\n", "\r\n"),
		"one rule with many parameters": repeat("[RULES]\nIN DROP", " -p a"), "one rule with many words": repeat("[RULES]\nIN DROP", " a"),
		"small rules": repeat("[RULES]\n", "IN x\n"), "rules with a bad flag": repeat("[RULES]\n", "IN x -y\n"),
		"rules with a small fix": repeat("[RULES]\n", "IN x -s y\n"),
		"smallest rules":         repeat("[RULES]\n", "IN DROP\n"), "rules with a comment": repeat("[RULES]\n", "IN x#a\n"),
		"small rules with an interface": repeat("[RULES]\n", "IN x -i a\n"), "calls of a group": repeat("[RULES]\n", "GROUP ab\n"),
		"xy in a set": repeat("[IPSET ab]\n", "xy\n"), "one address in a set": repeat("[IPSET ab]\n", "::\n"), "x with a comment in a set": repeat("[IPSET ab]\n", "x#a\n"),
		"names in a set": distinct("[IPSET ab]\n", "%[1]s\n"), "addresses in a set": distinct("[IPSET ab]\n", "::%[2]x\n"),
		"aliases": distinct("[ALIASES]\n", "%[3]s ::\n"), "sets": distinct("", "[IPSET %[3]s]\n"),
		"rules with unknown actions": distinct("[RULES]\n", "IN %[1]s\n"), "rules with unknown aliases": distinct("[RULES]\n", "IN DROP -s %[1]s\n"),
		"calls of unknown groups": distinct("[RULES]\n", "GROUP %[1]s\n"),
	}
}

// distinct fills a mebibyte with lines that differ in what the verbs stand for: the
// shortest name yet, a number, and a name without capitals.
func distinct(head, line string) []byte {
	const small = "abcdefghijklmnopqrstuvwxyz0123456789-_"
	text := []byte(head)
	for n := 0; len(text) < mebibyte; n++ {
		text = fmt.Appendf(text, line, spelled(n, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"+small, 52), n%0xffff, spelled(n, small, 26))
	}
	return text
}

// spelled is the name with a number; it begins with one of the first letters.
func spelled(n int, letters string, first int) []byte {
	name := []byte{letters[n%first]}
	for rest := n / first; rest > 0 || len(name) < 2; rest /= len(letters) {
		name = append(name, letters[rest%len(letters)])
	}
	return name
}

// TestMemoryIsBounded: the tree and the findings of any file take at most 40 times
// its size, and a fixed mebibyte.
func TestMemoryIsBounded(t *testing.T) {
	for name, text := range hostile() {
		tree, findings, _ := held(text)
		if got := tree + findings; got > 40+1 {
			t.Errorf("%s: %.1f times the size of the file, more than 40", name, got)
		}
	}
}

// TestResolvedMemoryIsBounded: so it is with what config.Resolve adds. Rules and
// entries of sets stay even where they are dead, because they count; the smallest
// of them have two to five bytes.
func TestResolvedMemoryIsBounded(t *testing.T) {
	for name, text := range hostile() {
		if got := resolved(text); got > 40+1 {
			t.Errorf("%s: %.1f times the size of the file, more than 40", name, got)
		} else if testing.Verbose() {
			t.Logf("%s: %.1f", name, got)
		}
	}
}

// TestHostile prints what grammar.Parse takes for the tree and the findings, and
// config.Resolve for all, as multiples of the file's size; how the time of parsing
// grows with the size; and what a whole pvefw lint takes.
func TestHostile(t *testing.T) {
	if os.Getenv(switchVariable) == "" {
		t.Skipf("skipped: %s: it takes a while; `make bench` runs it", t.Name())
	}
	lint := lintCosts(t) // first, since a child's memory begins as large as ours
	fmt.Printf("\n%-30s %7s %9s %9s %6s %7s %8s %10s %9s\n", "1 MiB of", "tree", "findings", "resolved", "count", "ms", "1 MiB/½", "lint s", "lint MiB")
	for name, text := range hostile() {
		half := elapsed(text[:len(text)/2])
		whole := elapsed(text)
		tree, findings, count := held(text)
		fmt.Printf("%-30s %6.1f× %8.1f× %8.1f× %6d %7.0f %7.1f× %10.2f %9d\n", name, tree, findings, resolved(text), count,
			whole.Seconds()*1000, float64(whole)/float64(half), lint[name].cpu.Seconds(), lint[name].memory>>20)
	}
}

func lintCosts(t *testing.T) map[string]cost {
	binary, file := buildPvefw(t), filepath.Join(t.TempDir(), "100.fw")
	costs := map[string]cost{}
	for name, text := range hostile() {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		costs[name] = spent(t, binary, "lint", file)
	}
	return costs
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

// resolved measures what stays reachable of a guest's file, as a multiple of its
// size.
func resolved(text []byte) float64 {
	before := heap()
	fw := source.NewFile("firewall/100.fw", text)
	in := config.Input{Nodes: []config.NodeInput{{Guests: []config.GuestInput{{VMID: 100, Env: facts.VM, FW: fw, Unknown: true}}}}}
	cfg, list := config.Resolve(in)
	all := heap()
	runtime.KeepAlive(cfg)
	runtime.KeepAlive(list)
	return float64(all-before) / float64(len(text))
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
