package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/lint"
)

// counting is a judge that finds the same in every file.
type counting struct {
	rules []*diag.Rule
	calls int
	in    config.Input
}

func (c *counting) Rules() []*diag.Rule { return c.rules }

func (c *counting) Judge(context.Context, *lint.Input) (diag.List, error) {
	c.calls++
	f := c.in.Cluster
	d := diag.New(c.rules[0], f.Span(0, 3), "message")
	d.Effect, d.Effects = "effect", diag.Effects{PVEFirewall: "a", ProxmoxFirewall: "b"}
	d.ProxmoxMessage, d.ProxmoxRuntimeMessage = "c", "d"
	d.Related = []diag.Related{{Span: f.Span(1, 2), Message: "there"}, {Message: "nowhere"}}
	d.Fixes = []diag.Fix{{Title: "fix", Safety: diag.Unsafe, Edits: []source.Edit{{Span: f.Span(0, 3), Text: "new"}}}}
	return diag.List{d, diag.New(c.rules[1], c.in.Nodes[0].Guests[0].Conf.Span(0, 0), "in a conf")}, nil
}

func cacheInput(text string) config.Input {
	return config.Input{Cluster: source.NewFile("cluster.fw", []byte(text)), Nodes: []config.NodeInput{{
		Facts:  config.Host{Name: "pve1", Now: time.Unix(1_700_000_000, 0)},
		Guests: []config.GuestInput{{VMID: 100, Conf: source.NewFile("100.conf", []byte("net0: x\n"))}},
	}}}
}

// texts shows findings with everything that they hold.
func texts(l diag.List) []string {
	var out []string
	for _, d := range l {
		d.Rule = &diag.Rule{Code: d.Rule.Code}
		out = append(out, fmt.Sprintf("%s %s %+v %v %v %v", d.Rule.Code, d.Span, d.Effects, d.Related, d.Fixes,
			[]any{d.Severity, d.Message, d.Effect, d.ProxmoxMessage, d.ProxmoxRuntimeMessage}))
	}
	return out
}

func TestCacheAnswersForTheSameInputOnly(t *testing.T) {
	c := &resultCache{cacheFolder: cacheFolder{filepath.Join(t.TempDir(), "lint"), lintCache}, identity: []byte("build")}
	rules := []*diag.Rule{{Code: "one-fault"}, {Code: "two-faults", Severity: diag.Error}}
	judge := func(c *resultCache, in config.Input, now time.Time, wanted func(*diag.Rule) bool) (diag.List, int) {
		inner := &counting{rules: rules, in: in}
		found, err := c.wrap(in, []lint.Judge{inner})[0].Judge(context.Background(), &lint.Input{Now: now, Wanted: wanted})
		if err != nil {
			t.Fatal(err)
		}
		return found, inner.calls
	}
	today := time.Unix(1_700_000_000, 0)
	first, calls := judge(c, cacheInput("text"), today, nil)
	if calls != 1 {
		t.Fatalf("%d calls", calls)
	}
	later := cacheInput("text")
	later.Nodes[0].Facts.Now = today.Add(time.Minute)
	second, calls := judge(c, later, today.Add(time.Minute), nil)
	if calls != 0 {
		t.Fatal("the cache does not answer")
	}
	// Spans are those of the files at hand.
	if second[0].Span.File != later.Cluster || second[1].Span.File != later.Nodes[0].Guests[0].Conf {
		t.Error("findings are in files of another run")
	}
	if d := cmp.Diff(texts(first), texts(second)); d != "" {
		t.Error(d)
	}
	other := &resultCache{cacheFolder: c.cacheFolder, identity: []byte("another build")}
	moved := cacheInput("text")
	moved.Nodes[0].Facts.Address = "192.0.2.1"
	for name, calls := range map[string]func() int{
		"bytes": func() int { _, n := judge(c, cacheInput("texT"), today, nil); return n },
		"facts": func() int { _, n := judge(c, moved, today, nil); return n },
		"day":   func() int { _, n := judge(c, cacheInput("text"), today.Add(48*time.Hour), nil); return n },
		"build": func() int { _, n := judge(other, cacheInput("text"), today, nil); return n },
		"codes": func() int {
			_, n := judge(c, cacheInput("text"), today, func(r *diag.Rule) bool { return r.Code == "one-fault" })
			return n
		},
		"no cache": func() int { _, n := judge(nil, cacheInput("text"), today, nil); return n },
	} {
		if calls() != 1 {
			t.Errorf("another %s is taken for the same", name)
		}
	}
}

// A damaged entry is no entry.
func TestDamagedEntries(t *testing.T) {
	c := &resultCache{cacheFolder: cacheFolder{t.TempDir(), lintCache}}
	c.store("x", []byte("hello"))
	file := filepath.Join(c.dir, "x")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := c.load("x"); !ok || string(got) != "hello" {
		t.Fatalf("%q %t", got, ok)
	}
	for _, broken := range [][]byte{nil, data[:10], append(data[:len(data):len(data)], 'x')} {
		if err := os.WriteFile(file, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, ok := c.load("x"); ok {
			t.Errorf("%q is taken", broken)
		}
	}
	f := source.NewFile("a", []byte("abc"))
	code := newFindingCode([]*source.File{f}, []*diag.Rule{{Code: "one-fault"}})
	for _, text := range []string{
		`{`, `[{"c":"gone"}]`, `[{"c":"one-fault","s":9}]`, `[{"c":"one-fault","a":[1,0,0]}]`, `[{"c":"one-fault","a":[0,-1,0]}]`,
		`[{"c":"one-fault","a":[0,2,1]}]`, `[{"c":"one-fault","a":[0,0,4]}]`, `[{"c":"one-fault","f":[{"e":[{"a":[0,0,9]}]}]}]`,
	} {
		if _, ok := code.decode([]byte(text)); ok {
			t.Errorf("%s is taken", text)
		}
	}
	if got, ok := code.decode([]byte(`[{"c":"one-fault","a":[0,0,3]}]`)); !ok || len(got) != 1 {
		t.Error("a good entry is refused")
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := &resultCache{cacheFolder: cacheFolder{t.TempDir(), lintCache}}
	for i := range lintCache.entries + 20 {
		c.store(string(rune('a'+i%26))+string(rune('a'+i/26)), []byte("x"))
	}
	c.store("large", make([]byte, int(lintCache.entryBytes)))
	entries, err := os.ReadDir(c.dir)
	if err != nil || len(entries) > lintCache.entries {
		t.Errorf("%d entries, %v", len(entries), err)
	}
	if _, ok := c.load("large"); ok {
		t.Error("an entry of any size is kept")
	}
}

func TestUnreadableValuesAreNotCached(t *testing.T) {
	h := newHasher()
	h.value(struct{ F func() }{})
	if _, ok := h.sum(); ok {
		t.Error("a function has a number")
	}
}
