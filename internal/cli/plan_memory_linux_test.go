package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/internal/plan"
	"github.com/pvefw/pvefw/ir/lower"
)

// pretended is a kernel that holds a program, and answers as the real one does: the rules
// of chains only where they are wanted, and the truth about a chain only with its rules.
type pretended struct {
	holds      *nft.Program
	generation uint32
}

func (k *pretended) Close() error              { return nil }
func (k *pretended) Others() ([]string, error) { return []string{"ip docker"}, nil }

func (k *pretended) ReadWhere(want func(netlink.ChainID, string) bool) (*netlink.Image, error) {
	i := &netlink.Image{Program: netlink.Normal(k.holds), Generation: k.generation, Unread: map[netlink.ChainID]bool{}}
	for _, t := range i.Program.Tables {
		for _, c := range t.Chains {
			id := netlink.ChainID{Table: t.Name, Chain: c.Name}
			switch {
			case c.Hash != "" && want != nil && !want(id, c.Hash):
				c.Rules, i.Unread[id] = nil, true
			case c.Hash != "" && c.Restate() != c.Hash:
				c.Altered = true
			}
		}
	}
	return i, nil
}

// asking is one way to ask for a plan.
type asking struct{ verify, whole, bare bool }

// shownPlan is all that anybody sees of a plan, and what apply would send.
type shownPlan struct {
	Text, JSON, Markdown, Complaints, Whole string
	Sent, Sentence                          string
	Blocked                                 int
}

// planOf plans, for the machine's kernel where none is given, and also returns how many guests were looked at; the program that was
// planned for is nil where there is none.
func planOf(t rapid.TB, dir, node string, k *pretended, a asking, noCache bool) (shownPlan, int, *nft.Program) {
	t.Helper()
	var complaints bytes.Buffer
	r := &planRun{Streams: &Streams{Stderr: &complaints, Now: time.Unix(1_700_000_000, 0)}, liveFlags: liveFlags{backend: "nft"},
		noCache: noCache, whole: a.whole, bare: a.bare, configFlags: configFlags{node: node, address: "192.0.2.11"}}
	if k != nil {
		r.kernel = func() (inKernel, error) { return k, nil }
	}
	var told []string
	o, p, err := r.planProgram(dir, lower.Intended, a.verify, func(o *opened) error { r.notes(o); told = o.missing(); return nil })
	var out shownPlan
	if err != nil {
		out.Complaints, out.Sentence = complaints.String(), err.Error()
		if e := (*exitError)(nil); errors.As(err, &e) {
			out.Blocked = e.code
		}
		return out, 0, nil
	}
	batch, err := netlink.EncodeDelta(p.delta, 7)
	if err != nil {
		t.Fatalf("the change cannot be encoded: %v", err)
	}
	out = shownPlan{Text: string(r.text(p)), JSON: string(p.JSON()), Markdown: string(planMarkdown(p.Plan)), Complaints: complaints.String(),
		Sent: string(batch.Bytes()), Sentence: fmt.Sprint(told, removed(p.delta), size(p.live.Program), checkRemoved(p, 20)), Blocked: len(p.Blocking)}
	if p.whole != nil {
		out.Whole = string(p.whole.JSON()) + fmt.Sprint(plan.Find(p.whole, p.live))
	}
	return out, len(o.config.Nodes[0].Guests), p.want
}

// TestMemoryChangesNothing is the law of the memory: whatever is edited, whatever is in
// force, a plan with it is the plan without it, to the byte, and so is what is sent.
func TestMemoryChangesNothing(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	used, plans := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		defer os.RemoveAll(w.dir)
		k := &pretended{holds: &nft.Program{}}
		a := rapid.SampledFrom([]asking{{}, {}, {verify: true}, {whole: true, bare: true, verify: true}, {whole: true}}).Draw(t, "asking")
		for range 4 {
			with, some, _ := planOf(t, w.dir, "pve1", k, a, false)
			without, every, wanted := planOf(t, w.dir, "pve1", k, a, true)
			if diff := cmp.Diff(without, with); diff != "" {
				t.Fatalf("a plan with memory differs (-without +with):\n%s\n%s", diff, w.files())
			}
			plans++
			if some < every {
				used++
			}
			if rapid.IntRange(0, 3).Draw(t, "apply") > 0 && wanted != nil {
				k = &pretended{holds: wanted, generation: k.generation + 1}
			}
			if rapid.IntRange(0, 3).Draw(t, "drift") == 0 {
				k = &pretended{holds: drifted(t, k.holds), generation: k.generation + 1}
			}
			for range rapid.IntRange(0, 2).Draw(t, "edits") {
				w.edit(t)
			}
		}
	})
	if used*20 < plans {
		t.Errorf("the memory is hardly ever used: for %d of %d plans", used, plans)
	}
}

// TestMemoryOfRealFilesChangesNothing is the same law for files that people wrote and for
// those that the production daemon was measured with: each of them gains a line, loses its
// last ones, and is again what it was.
func TestMemoryOfRealFilesChangesNothing(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	roots := []string{"../../examples/datacenter"}
	for _, pattern := range []string{measured.Path(t, "conformance/cases") + "/*/config", measured.Path(t, "cases/wild") + "/*"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("no files in %s: %v", pattern, err)
		}
		roots = append(roots, found...)
	}
	used := 0
	for _, root := range roots {
		used += editedFiles(t, root)
	}
	if used < len(roots) {
		t.Errorf("the memory was used for %d plans of %d trees", used, len(roots))
	}
}

// editedFiles edits the files of a tree one after the other, and counts for how many plans
// there were guests that nobody had to look at.
func editedFiles(t *testing.T, root string) (used int) {
	dir, node := t.TempDir(), ""
	if err := os.CopyFS(dir, os.DirFS(root)); err != nil {
		t.Fatal(err)
	}
	if nodes, err := os.ReadDir(filepath.Join(dir, "nodes")); err == nil && len(nodes) > 0 {
		node = nodes[0].Name()
	}
	k := &pretended{holds: &nft.Program{}}
	compare := func(what string) {
		t.Helper()
		with, some, _ := planOf(t, dir, node, k, asking{}, false)
		without, every, wanted := planOf(t, dir, node, k, asking{}, true)
		if diff := cmp.Diff(without, with); diff != "" {
			t.Fatalf("%s: %s: a plan with memory differs (-without +with):\n%s", root, what, diff)
		}
		if some < every {
			used++
		}
		if wanted != nil {
			k = &pretended{holds: wanted}
		}
	}
	compare("at first")
	for _, name := range filesBelow(t, dir) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, edited := range []string{string(text) + "\nIN DROP -p tcp -dport 79\n", string(text[:len(text)*2/3])} {
			if err := os.WriteFile(name, []byte(edited), 0o600); err != nil {
				t.Fatal(err)
			}
			compare(name)
		}
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return used
}

func filesBelow(t *testing.T, dir string) (names []string) {
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if ext := filepath.Ext(name); ext == ".fw" || ext == ".conf" {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// drifted is a program in force after somebody was at it.
func drifted(t *rapid.T, p *nft.Program) *nft.Program {
	out := netlink.Normal(p)
	if len(out.Tables) == 0 {
		return out
	}
	table := rapid.SampledFrom(out.Tables).Draw(t, "table")
	chains := table.Chains
	if rapid.Bool().Draw(t, "of everybody") {
		chains = slices.DeleteFunc(slices.Clone(chains), func(c *nft.Chain) bool { return strings.HasPrefix(c.Name, "tap") || strings.HasPrefix(c.Name, "veth") })
	}
	if len(chains) == 0 {
		return out
	}
	chain := rapid.SampledFrom(chains).Draw(t, "chain")
	switch rapid.IntRange(0, 5).Draw(t, "what") {
	case 0:
		chain.Rules = nil
		chain.Rules = append(chain.Rules, &nft.Rule{Stmts: []nft.Stmt{&nft.Verdict{Kind: nft.Accept}}})
	case 1:
		table.Chains = slices.DeleteFunc(table.Chains, func(c *nft.Chain) bool { return c == chain })
	case 2:
		if len(table.Sets) > 0 {
			s := rapid.SampledFrom(table.Sets).Draw(t, "set")
			s.Elements = s.Elements[:len(s.Elements)/2]
		}
	case 3:
		chain.Hash = "0123456789abcdef"
	case 4:
		to := rapid.SampledFrom(table.Chains).Draw(t, "to")
		if to.Hook == nil && to != chain {
			chain.Rules = append([]*nft.Rule{{Stmts: []nft.Stmt{&nft.Verdict{Kind: nft.Goto, Chain: to.Name}}}}, chain.Rules...)
		}
	case 5:
		for _, s := range table.Sets {
			if s.Verdicts && len(s.Elements) > 1 {
				s.Elements[0].Verdict = s.Elements[1].Verdict
			}
		}
	}
	return out
}
