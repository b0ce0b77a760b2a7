package config_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/lint/rego"
)

// Law: taking rules into a group, and a group into a list, changes what happens to no
// packet.
func TestRefactoringKeepsWhatHappens(t *testing.T) {
	names, err := filepath.Glob("../../testdata/lint/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	extracted, inlined := 0, 0
	r := rand.New(rand.NewPCG(3, 4))
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		in := rego.ExampleInput(strings.Split(string(text), "\n-- want/")[0])
		cfg, _ := config.Resolve(in)
		cfg.EachFile(func(fw *config.FW) {
			for range 4 {
				first := 1 + r.IntN(fw.File.Source.LineCount())
				if _, edits, why := cfg.Extract(fw, first, first+r.IntN(4)); why == "" {
					extracted++
					checkSame(t, name, in, cfg, edits)
				}
			}
			for line := range fw.File.Lines {
				if edits, why := cfg.Inline(fw, line+1); why == "" {
					inlined++
					checkSame(t, name, in, cfg, edits)
				}
			}
		})
	}
	if extracted < 50 || inlined < 10 {
		t.Errorf("only %d extracted, %d inlined", extracted, inlined)
	}
}

// checkSame makes edits and compares what the nodes then do with what they did.
func checkSame(t *testing.T, name string, in config.Input, cfg *config.Config, edits []source.Edit) {
	t.Helper()
	changed, _ := config.Resolve(edited(t, in, edits))
	for i, n := range cfg.Nodes {
		before, _ := lower.Lower(cfg, n, lower.Intended)
		after, _ := lower.Lower(changed, changed.Nodes[i], lower.Intended)
		for _, e := range analysis.Compare(before, after, analysis.Budget{}).Endpoints {
			if e.Class != analysis.Equal {
				t.Errorf("%s: %s does something else after %q", name, e.Endpoint, edits)
			}
		}
	}
}

// edited is in with the edits made.
func edited(t *testing.T, in config.Input, edits []source.Edit) config.Input {
	t.Helper()
	put := func(f **source.File) {
		var own []source.Edit
		for _, e := range edits {
			if e.Span.File == *f {
				own = append(own, e)
			}
		}
		if len(own) == 0 {
			return
		}
		text, err := source.Apply(*f, own)
		if err != nil {
			t.Fatal(err)
		}
		*f = source.NewFile((*f).Name(), text)
	}
	out := in
	put(&out.Cluster)
	out.Nodes = nil
	for _, n := range in.Nodes {
		put(&n.HostFW)
		n.Guests = append([]config.GuestInput(nil), n.Guests...)
		for k := range n.Guests {
			put(&n.Guests[k].FW)
		}
		out.Nodes = append(out.Nodes, n)
	}
	return out
}

func TestRefactoringSaysWhyNot(t *testing.T) {
	cluster := "[OPTIONS]\nenable: 1\n\n[group web]\nIN ACCEPT -p tcp -dport 80\n"
	guest := "[OPTIONS]\nenable: 1\n\n[ALIASES]\nown 192.0.2.1\n\n[RULES]\nGROUP web\nIN ACCEPT -source own\nIN ACCEPT -i net0\nIN ACCEPT -i net1\nIN ACCPT\n|GROUP web\nGROUP wep\n"
	in := rego.ExampleInput("-- cluster.fw --\n" + cluster + "-- 100.fw --\n" + guest)
	cfg, _ := config.Resolve(in)
	fw := cfg.Nodes[0].Guests[0].FW
	for lines, want := range map[[2]int]string{
		{8, 8}: "Line 8 calls a group, and a group cannot call another.", {9, 9}: "Line 9 names something of this file, which cluster.fw does not know.",
		{10, 11}: "The rules are for different interfaces, and a group is called for one.", {12, 12}: "Proxmox drops line 12, so it cannot be moved.",
		{1, 3}: "There are no rules here.", {90, 99}: "There are no rules here.",
	} {
		if _, edits, why := cfg.Extract(fw, lines[0], lines[1]); why != want || edits != nil {
			t.Errorf("lines %v: %q, want %q", lines, why, want)
		}
	}
	for line, want := range map[int]string{
		9: "This line calls no group.", 13: "The call is disabled, so it stands for no rules.", 14: "The call leads to no group.", 99: "There is no rule here.", 0: "There is no rule here.",
	} {
		if edits, why := cfg.Inline(fw, line); why != want || edits != nil {
			t.Errorf("line %d: %q, want %q", line, why, want)
		}
	}
}
