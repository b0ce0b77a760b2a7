package lint

import (
	"bytes"
	"context"
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

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// sayings are what the lines of a file say, those without content left out.
func sayings(text []byte, env facts.Env) []string {
	tree, _ := grammar.Parse(source.NewFile("x.fw", text), env)
	var out []string
	for _, l := range tree.Lines {
		if _, trivia := l.(*grammar.Trivia); !trivia {
			section, words := wordsOf(tree, l)
			out = append(out, section+" "+bounded(words))
		}
	}
	return out
}

// Invariant: formatting a file changes no identity.
func TestFormattingKeepsIdentities(t *testing.T) {
	n := 0
	for _, root := range []string{"../examples", measured.Path(t, "cases")} {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(name) != ".fw" {
				return err
			}
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			env := map[string]facts.Env{"cluster.fw": facts.Cluster, "host.fw": facts.Host}[d.Name()]
			if d.Name() != "cluster.fw" && d.Name() != "host.fw" {
				env = facts.VM
			}
			if diff := cmp.Diff(sayings(text, env), sayings(config.Format(source.NewFile("x.fw", text), env), env)); diff != "" {
				t.Errorf("%s (-as written +formatted):\n%s", name, diff)
			}
			n++
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n < 20 {
		t.Errorf("only %d files", n)
	}
}

func TestIdentityOfALine(t *testing.T) {
	same := [][]string{
		{"IN ACCEPT -p tcp -dport 22", "in  ACCEPT --dport 22 -proto tcp # why", "\tIN ACCEPT -dport 22 -p tcp"},
		{"|IN SSH(ACCEPT) -i net0", "|in   SSH(ACCEPT)  -i net0 #x"},
		{"nonsense line # a", "nonsense   line # b"},
	}
	var all []string
	for _, group := range same {
		first := sayings([]byte("[RULES]\n"+group[0]+"\n"), facts.VM)[1]
		for _, line := range group {
			if got := sayings([]byte("[RULES]\n\n# c\n"+line+"\n"), facts.VM)[1]; got != first {
				t.Errorf("%q is %q, not %q", line, got, first)
			}
		}
		all = append(all, first)
	}
	for _, line := range []string{"OUT ACCEPT -p tcp -dport 22", "IN ACCEPT -p tcp -sport 22", "IN ACCEPT -p tcp -dport 23", "IN SSH(ACCEPT) -i net0"} {
		got := sayings([]byte("[RULES]\n"+line+"\n"), facts.VM)[1]
		for _, other := range all {
			if got == other {
				t.Errorf("%q is taken for %q", line, other)
			}
		}
	}
	if a, b := bounded(strings.Repeat("a", 500)), bounded(strings.Repeat("a", 501)); a == b || len(a) > maxIdentity {
		t.Errorf("long lines: %q and %q", a, b)
	}
}

func identities(n int) (out []Identity) {
	for i := range n {
		out = append(out, Identity{Code: fmt.Sprint("c", i%3), Path: "a.fw", Section: "[RULES]", Text: fmt.Sprint("t\x1b\"<&>\u2028é", i%5)})
	}
	return out
}

// Law: a baseline written from findings is read as the same one, and takes just
// these findings out, whatever their order; each one more is new.
func TestBaselineTakesOutWhatItLists(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		known := identities(rapid.IntRange(0, 20).Draw(t, "known"))
		text := NewBaseline(known).Text()
		b, err := ParseBaseline(text)
		if err != nil || !bytes.Equal(b.Text(), text) || b.Len() != len(known) {
			t.Fatalf("%v: %s", err, text)
		}
		more := rapid.SliceOfN(rapid.SampledFrom(append(identities(15), Identity{Code: "new"})), 0, 9).Draw(t, "more")
		now := rapid.Permutation(append(append([]Identity{}, known...), more...)).Draw(t, "now")
		fresh := 0
		for _, keep := range b.Filter(func(p string) string { return p })(make(diag.List, len(now)), now) {
			if keep {
				fresh++
			}
		}
		if fresh != len(more) || len(b.Gone(func(string) bool { return true })) != 0 {
			t.Fatalf("%d are new of %d", fresh, len(more))
		}
	})
}

func TestBaselineSaysWhatIsGone(t *testing.T) {
	b := NewBaseline([]Identity{{Code: "x", Path: "a/1.fw"}, {Code: "x", Path: "a/1.fw"}, {Code: "y", Path: "b/2.fw"}})
	b.Filter(func(p string) string { return "a/" + p })(make(diag.List, 1), []Identity{{Code: "x", Path: "1.fw"}})
	gone := b.Gone(func(p string) bool { return strings.HasPrefix(p, "a/") })
	if diff := cmp.Diff([]Identity{{Code: "x", Path: "a/1.fw"}}, gone); diff != "" {
		t.Error(diff)
	}
}

func TestFingerprintsAreUnique(t *testing.T) {
	ids := append(identities(30), Identity{Code: "c0", Path: "b.fw", Section: "[RULES]", Text: "t"})
	upper := func(p string) string { return "top/" + p }
	prints := Fingerprints(ids, upper)
	seen := map[string]bool{}
	for _, p := range prints {
		if seen[p] || len(p) < 32 {
			t.Errorf("%s stands there twice", p)
		}
		seen[p] = true
	}
	if again := Fingerprints(ids, upper); !slices.Equal(prints, again) {
		t.Error("another run gives others")
	}
	if other := Fingerprints(ids, func(p string) string { return p }); other[0] == prints[0] {
		t.Error("the path does not count")
	}
}

func FuzzParseBaseline(f *testing.F) {
	f.Add(NewBaseline(identities(4)).Text())
	f.Add([]byte(`{"version":1,"findings":[{"code":"x","count":-1}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := ParseBaseline(data)
		if err != nil {
			if line, _, ok := strings.Cut(err.Error(), ":"); !ok || line == "0" || strings.ContainsAny(err.Error(), "\x1b\n") {
				t.Fatalf("%q", err)
			}
			return
		}
		if again, err := ParseBaseline(b.Text()); err != nil || again.Len() != b.Len() {
			t.Fatalf("%v of %s", err, b.Text())
		}
	})
}

// lintSite finds loud-rule in every rule with a word.
func lintSite(t *testing.T, cfg *config.Config, known Filter) Result {
	t.Helper()
	var found diag.List
	f := cfg.Cluster.File.Source
	for n := 1; n <= f.LineCount(); n++ {
		if i := strings.Index(f.Line(n).Text(), "udp"); i >= 0 {
			start := int(f.Line(n).Start) + i
			found = append(found, diag.New(loud, f.Span(start, start+3), f.Line(n).Text()))
		}
	}
	res, err := Run(context.Background(), Input{Config: cfg, Findings: found}, Options{Known: known})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestEarlierFindingsAreKnown(t *testing.T) {
	old := site(t, "[group web]\nIN DROP -p udp\nIN DROP -p udp -dport 1\n", "")
	e := NewEarlier(old, lintSite(t, old, nil))
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"the same", "[group web]\nIN DROP -p udp\nIN DROP -p udp -dport 1\n", nil},
		{"comments and blanks", "# x\n[group web]\n\nIN  DROP -p udp # y\nIN DROP -dport 1 -p udp\n", nil},
		{"one more of the same", "[group web]\nIN DROP -p udp\nIN DROP -p udp\nIN DROP -p udp -dport 1\n", []string{"IN DROP -p udp"}},
		{"another value", "[group web]\nIN DROP -p udp\nIN DROP -p udp -dport 2\n", []string{"IN DROP -p udp -dport 2"}},
		{"moved", "[group web]\nIN DROP -p udp -dport 1\nIN DROP -p udp\n", []string{"IN DROP -p udp"}},
		{"another group", "[group web2]\nIN DROP -p udp\n", []string{"IN DROP -p udp"}},
	} {
		now := site(t, c.text, "")
		res := lintSite(t, now, e.Filter(func() *config.Config { return now }))
		var got []string
		for _, d := range res.Findings {
			got = append(got, d.Message)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	now := site(t, "[group web]\nIN DROP -p udp\n", "")
	if res := lintSite(t, now, NewEarlier(nil, Result{}).Filter(func() *config.Config { return now })); len(res.Findings) != 1 {
		t.Error("without anything earlier all is new")
	}
}

func TestIgnoresHoldUntilTheirDay(t *testing.T) {
	f := source.NewFile("100.fw", []byte("x\n"))
	day := time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)
	late := time.FixedZone("late", -11*3600)
	for now, want := range map[time.Time]int{
		{}: 0, day: 0, day.Add(23 * time.Hour): 0, day.Add(24 * time.Hour): 1,
		time.Date(2027, 1, 31, 20, 0, 0, 0, late): 0, time.Date(2027, 2, 1, 1, 0, 0, 0, late): 1,
	} {
		entry := &Ignore{Selector: Selector{Codes: []string{"lockout"}}, Reason: "r", Expires: day, Span: f.Span(0, 1)}
		g := &Ignores{List: []*Ignore{entry}}
		opt := Options{Ignores: g}
		res, err := Run(context.Background(), Input{Findings: diag.List{at(f, loud, "x", "m")}, Now: now}, opt)
		if err != nil || len(res.Findings) != want || res.Ignored != 1-want {
			t.Errorf("%s: %q, %d ignored, %v", now, told(res.Findings), res.Ignored, err)
		}
		if got := g.Complaints(opt, true); len(got) != want {
			t.Errorf("%s: %q", now, told(got))
		}
	}
}
