package session

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// datacenter has 20 aliases, sets and groups, and guests with random rules, of which
// the first is large.
func datacenter(guests, rules, large int) config.Input {
	r := rand.New(rand.NewPCG(1, 1))
	var b strings.Builder
	b.WriteString("[OPTIONS]\nenable: 1\n\n[ALIASES]\n")
	for i := range 20 {
		fmt.Fprintf(&b, "alias%d 10.2.%d.1\n", i, i)
	}
	for i := range 20 {
		fmt.Fprintf(&b, "[IPSET set%d]\n10.3.%d.0/24\n10.4.%d.1\n", i, i, i)
	}
	b.WriteString("[RULES]\nIN SSH(ACCEPT)\nIN ACCEPT -source 10.0.0.0/8 -p tcp -dport 8006\n")
	for i := range 20 {
		fmt.Fprintf(&b, "[group group%d]\n%s\n%s\n", i, plainRule(r), plainRule(r))
	}
	node := config.NodeInput{Facts: config.Host{Name: "pve1"}}
	for i := range guests {
		var g strings.Builder
		g.WriteString("[OPTIONS]\nenable: 1\n\n[RULES]\n")
		for range map[bool]int{true: large, false: rules}[i == 0] {
			g.WriteString(randomRule(r) + "\n")
		}
		file := source.NewFile(fmt.Sprintf("%d.fw", 100+i), []byte(g.String()))
		node.Guests = append(node.Guests, config.GuestInput{VMID: 100 + i, Env: facts.VM, Unknown: true, FW: file})
	}
	return config.Input{Datacenter: true, NoGuestConfs: true, Cluster: source.NewFile("cluster.fw", []byte(b.String())), Nodes: []config.NodeInput{node}}
}

func randomRule(r *rand.Rand) string {
	if r.IntN(10) == 0 {
		return fmt.Sprintf("GROUP group%d", r.IntN(20))
	}
	return plainRule(r)
}

func plainRule(r *rand.Rand) string {
	rule, action := "IN ", "ACCEPT" // what the policy would do anyway is a finding
	from := pick(r, []string{fmt.Sprintf("10.%d.%d.0/24", r.IntN(64), r.IntN(256)), fmt.Sprintf("+dc/set%d", r.IntN(20)),
		fmt.Sprintf("dc/alias%d", r.IntN(20)), fmt.Sprintf("2001:db8:%x::/64", r.IntN(65536))})
	if r.IntN(2) == 0 {
		return rule + pick(r, []string{"SSH", "HTTP", "DNS", "Ping", "SMB", "Web"}) + "(" + action + ") -source " + from
	}
	return rule + action + fmt.Sprintf(" -p tcp -dport %d -source %s", 1+r.IntN(65535), from)
}

// large is a session of 10,000 guests whose first has 5,000 lines.
var large = sync.OnceValue(func() config.Input { return datacenter(10_000, 50, 5000) })

// BenchmarkKeystroke is from a changed text to the findings of the file, in a
// datacenter of 10,000 guests: a file of 5,000 lines, and one of 50.
func BenchmarkKeystroke(b *testing.B) {
	for name, file := range map[string]string{"5000": "100.fw", "50": "101.fw"} {
		b.Run(name, func(b *testing.B) { keystrokes(b, openInput(b, large(), false), file) })
	}
}

func keystrokes(b *testing.B, s *Session, file string) {
	text := s.Snapshot().File(file).Bytes()
	at := len(text) / 2
	typed := [2][]byte{slices.Concat(text[:at], []byte("x"), text[at:]), slices.Clone(text)}
	n, start := 0, processorTime(b)
	defer func() { b.ReportMetric(float64(processorTime(b)-start)/float64(max(n, 1)), "cpuns/op") }()
	for b.Loop() {
		if _, err := s.Overlay(file, typed[n%2]).Findings(context.Background(), file); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

// processorTime is what this process has used, which other processes do not slow.
func processorTime(tb testing.TB) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkSettle is a lint of all of it, which a keystroke is compared with.
func BenchmarkSettle(b *testing.B) {
	s := openInput(b, large(), false)
	text, n, start := s.Snapshot().File("101.fw").Bytes(), 0, processorTime(b)
	defer func() { b.ReportMetric(float64(processorTime(b)-start)/float64(max(n, 1)), "cpuns/op") }()
	for b.Loop() {
		n++
		typed := fmt.Appendf(slices.Clone(text), "# %d\n", n)
		if _, err := s.Overlay("101.fw", typed).Settle(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
