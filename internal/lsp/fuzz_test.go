package lsp

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/lsptest"
	"github.com/pvefw/pvefw/internal/session"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/internal/textdiff"
	"github.com/pvefw/pvefw/lint"
	"github.com/pvefw/pvefw/lint/all"
)

var registry = sync.OnceValues(all.Open)

// rules are pvefw's own.
func rules(*load.Loaded) (session.Rules, error) {
	reg, err := registry()
	if err != nil {
		return session.Rules{}, err
	}
	return session.Rules{Judges: reg.Judges, Options: func() lint.Options { return lint.Options{Catalog: reg.Catalog} }}, nil
}

// folder is the CONFIG at a path.
func folder(path string, _ func() Settings) session.Options {
	return session.Options{Now: noon, Rules: rules, Load: func() (*load.Loaded, error) { return load.Load(path, load.Options{}) }}
}

// inside starts a server in this process, whose state a test can look at.
func inside(t testing.TB) (*server, *lsptest.Client) {
	t.Helper()
	opt := Options{
		Version: "test", Log: &lockedBuffer{}, Settle: 20 * time.Millisecond, Help: func(*diag.Rule) string { return "" },
		Open: folder,
		Alone: func(name string, text func() []byte, _ func() Settings) session.Options {
			return session.Options{Now: noon, Rules: rules, Load: func() (*load.Loaded, error) {
				return load.Load("-", load.Options{Stdin: strings.NewReader(string(text())), StdinName: name})
			}}
		},
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	s := newServer(ctx, opt)
	fromClient, toServer := io.Pipe()
	fromServer, toClient := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		_, err := s.serve(fromClient, toClient)
		ended <- err
	}()
	c := lsptest.New(fromServer, toServer)
	t.Cleanup(func() {
		if err := c.Shutdown(); err != nil {
			t.Errorf("leaving: %v\n%s", err, opt.Log)
			c.Close()
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s, c
}

func noon() time.Time { return time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC) }

// editsVariable says how many random edits are made; the bar is 10,000.
const editsVariable = "PVEFW_FUZZ_EDITS"

// pieces are what random edits put into texts.
var pieces = []string{
	"", "", "", "\n", "\r\n", "\r", " ", "#", "|", "[RULES]\n", "[OPTIONS]\nenable: 1\n", "[ALIASES]\nlan 192.0.2.0/24\n", "[IPSET web]\n192.0.2.1\n",
	"[group g]\n", "GROUP g\n", "IN ACCEPT\n", "IN DROP -source +web -p tcp -dport 22\n", "OUT ACCEPT -dest dc/lan", "IN SSH(ACCEPT) -source lan # why\n",
	"é", "𝄞", "\u0000", "\ufeff", "policy_in: DROP\n", "-i net0", "# pvefw:ignore shadowed-rule because\n", "x",
}

// Law: after any edits the server has the client's text, and it finds what a lint of
// the same bytes finds, at the same places.
func TestRandomEditsDoNotDiverge(t *testing.T) {
	edits := 2000
	if text := os.Getenv(editsVariable); text != "" {
		fmt.Sscan(text, &edits)
	}
	r := rand.New(rand.NewPCG(uint64(edits), 1))
	dir := files(t, map[string]string{
		"cluster.fw": small["cluster.fw"], "100.fw": small["100.fw"], "101.fw": small["100.fw"], "host.fw": "[OPTIONS]\n\n[RULES]\nGROUP g\n",
	})
	s, c := inside(t)
	if _, err := c.Initialize(pulling, uriIn(dir, "")); err != nil {
		t.Fatal(err)
	}
	names := []string{"cluster.fw", "host.fw", "100.fw", "101.fw"}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Open(uriIn(dir, name), string(text)); err != nil {
			t.Fatal(err)
		}
	}
	compared := 0
	for n := range edits {
		doc := uriIn(dir, names[r.IntN(len(names))])
		if err := c.Change(doc, n+2, randomEdit(r, c.Text(doc))); err != nil {
			t.Fatal(err)
		}
		if n%100 == 99 {
			compared += checkDocuments(t, s, c, dir, names)
		}
	}
	if t.Logf("%d edits, %d findings compared", edits, compared); compared < edits {
		t.Error("these are too few findings to mean anything")
	}
}

func randomEdit(r *rand.Rand, text string) lsptest.TextEdit {
	start := r.IntN(len(text) + 1)
	length := r.IntN(8)
	if len(text) > 2000 {
		length = r.IntN(1000)
	}
	end := min(start+length, len(text))
	for ; start < end && !utf8.RuneStart(text[start]); start++ {
	}
	for ; end < len(text) && !utf8.RuneStart(text[end]); end++ {
	}
	start = min(start, end)
	for ; start > 0 && start < len(text) && !utf8.RuneStart(text[start]); start-- {
	}
	return lsptest.TextEdit{Range: lsptest.Range{Start: placeIn(text, start), End: placeIn(text, end)}, NewText: pieces[r.IntN(len(pieces))]}
}

// placeIn is the position of a byte, found without the server's arithmetic.
func placeIn(text string, offset int) lsptest.Position {
	before := text[:offset]
	line := strings.Count(before, "\n") + strings.Count(before, "\r") - strings.Count(before, "\r\n")
	if strings.HasSuffix(before, "\r") && strings.HasPrefix(text[offset:], "\n") {
		line, before = line-1, before[:len(before)-1] // between CR and LF is the end of the line
	}
	column := 0
	for _, c := range before[strings.LastIndexAny(before, "\r\n")+1:] {
		column += utf16.RuneLen(c)
	}
	return lsptest.Position{Line: line, Character: column}
}

// checkDocuments compares texts and findings, and says how many findings there were.
func checkDocuments(t *testing.T, s *server, c *lsptest.Client, dir string, names []string) (compared int) {
	t.Helper()
	var pulled struct{ Items []report }
	if err := c.Call("workspace/diagnostic", map[string]any{"previousResultIds": []any{}}, &pulled); err != nil {
		t.Fatal(err)
	}
	fresh := map[string]string{}
	for _, name := range names {
		doc, _ := s.docs.get(filepath.ToSlash(filepath.Join(dir, name)))
		if fresh[name] = c.Text(uriIn(dir, name)); string(doc.text) != fresh[name] {
			t.Fatalf("%s: the server has\n%q\nthe client\n%q", name, doc.text, fresh[name])
		}
	}
	cold := coldLint(t, files(t, fresh))
	for _, name := range names {
		i := slices.IndexFunc(pulled.Items, func(r report) bool { return r.URI == uriIn(dir, name) })
		var got []string
		if i >= 0 {
			for _, d := range pulled.Items[i].Items {
				got = append(got, fmt.Sprintf("%v-%v %s %s", d.Range.Start, d.Range.End, d.Code, d.Message))
			}
		}
		if diff := textdiff.Unified("lint", "server", strings.Join(cold[name], "\n"), strings.Join(got, "\n"), 0); diff != "" {
			t.Fatalf("%s of %q:\n%s", name, fresh[name], diff)
		}
		compared += len(got)
	}
	return compared
}

// coldLint is what a lint of a folder finds, by file, as a client would have it.
func coldLint(t *testing.T, dir string) map[string][]string {
	t.Helper()
	x, err := session.Open(folder(dir, nil))
	if err != nil {
		t.Fatal(err)
	}
	settled, err := x.Snapshot().Settle(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, d := range settled.Result.Findings {
		name := filepath.Base(d.Span.File.Name())
		out[name] = append(out[name], fmt.Sprintf("%v-%v %s %s", placeOf(d.Span, d.Span.Start), placeOf(d.Span, d.Span.End), d.Rule.Code, messageOf(&d)))
	}
	return out
}

func placeOf(s source.Span, at int32) lsptest.Position {
	return placeIn(string(s.File.Bytes()), int(at))
}
