package grammar

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// direct is what participle says about a rule line, without memory and pieces.
func direct(text string) *fit[ruleLine] {
	return match(rules(), alone(scanRule, []byte(text)).shape)
}

var pieces = []string{"-p tcp", "-log info", "-log infox", "--dport\t80", "-source  a", "-i net0", "-log info-p udp", "x", "-icmp-type any\r", "-dest"}

// TestReplayIsDirectParticiple: whatever was read before, what a line is read as
// is what participle makes of this line alone. Long lines are read in pieces.
func TestReplayIsDirectParticiple(t *testing.T) {
	known := newMemory(2)
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.SampledFrom([]string{"IN DROP ", "|out SSH(ACCEPT)  ", "GROUP web ", "|GROUP web\t", "foo bar ", "IN", "x"}).Draw(t, "head")
		good := rapid.IntRange(1, 9).Draw(t, "good")
		n := rapid.SampledFrom([]int{0, 1, 3, 12, 13, 14, 15, 16, 17, 40}).Draw(t, "n")
		if strings.HasPrefix(strings.ToLower(strings.TrimLeft(line, "|")), "group") {
			good = 0
		}
		for i := range n {
			if good == 0 {
				line += fmt.Sprintf("-i%snet0%s", rapid.SampledFrom([]string{" ", " ", " ", " ", " ", " ", "  "}).Draw(t, "gap"), rapid.SampledFrom([]string{" ", "  "}).Draw(t, "after"))
				continue
			}
			pick := 0
			if i%good == 0 {
				pick = rapid.IntRange(0, len(pieces)-1).Draw(t, "piece")
			}
			line += pieces[pick] + rapid.SampledFrom([]string{" ", "  ", "\t"}).Draw(t, "after")
		}
		line += rapid.SampledFrom([]string{"", "# c", "-p"}).Draw(t, "tail")
		want := direct(line)
		for range 2 { // learning, then replaying
			got := known.rule(alone(scanRule, []byte(line)))
			if got.ok != want.ok || got.taken != want.taken {
				t.Fatalf("%q: got %d tokens, %v; participle takes %d, %v", line, got.taken, got.ok, want.taken, want.ok)
			}
			if diff := cmp.Diff(want.plan, got.plan, cmp.AllowUnexported(rulePlan{}, paramPlan{})); diff != "" {
				t.Fatalf("%q (-participle +got):\n%s", line, diff)
			}
		}
	})
}

// TestMemoryIsBounded: neither many shapes nor long ones stay, and after both the
// memory still learns.
func TestMemoryIsBounded(t *testing.T) {
	known := newMemory(2)
	read := func(text string) *fit[ruleLine] {
		return known.rule(alone(scanRule, []byte(text)))
	}
	flags := []string{" -i a", " -p a", " -source a", " -dest a", " -dport a", " -sport a"}
	for i := range 500 {
		text := "IN DROP"
		for n := i; n > 0; n /= len(flags) {
			text += flags[n%len(flags)]
		}
		read(text)
	}
	for n := range known.rules.seen {
		drawer := &known.rules.seen[n]
		for i := range drawer {
			if drawer[i].Load() == nil {
				t.Errorf("a drawer is not full after 500 shapes")
			}
		}
	}
	long := "IN DROP" + strings.Repeat(" -p a", longestShape)
	if first, again := read(long), read(long); first == again {
		t.Error("a long shape is kept")
	}
	if read("OUT x -p tcp") != read("OUT y -p udp") {
		t.Error("a shape that was read just before is not kept")
	}
}

// TestConcurrentParsesAgree shares a memory that is learning; run with -race it
// shows that this is safe.
func TestConcurrentParsesAgree(t *testing.T) {
	text := []byte(strings.Join(seeds, "\n"))
	want, _ := Parse(source.NewFile("x", text), facts.Cluster)
	known := newMemory(2)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			in := (*Header)(nil)
			for _, l := range want.Lines {
				if got := lone(want, in, l, known); got != describe(want, l) {
					t.Errorf("got %s, want %s", got, describe(want, l))
				}
				in = l.base().In()
				if h, ok := l.(*Header); ok && h.Fault != nil {
					in = nil
				}
			}
		})
	}
	all.Wait()
}
