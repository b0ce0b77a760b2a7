package session

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/internal/textdiff"
	"github.com/pvefw/pvefw/ir/config"
	"pgregory.net/rapid"
)

// words are what random edits put into texts.
var words = []string{
	"IN ACCEPT\n", "IN DROP -p tcp -dport 22\n", "[RULES]\n", "[OPTIONS]\nenable: 1\n", "[ALIASES]\nx1 192.0.2.1\n", "[IPSET s1]\n", "192.0.2.0/24\n",
	"[group g1]\n", "GROUP g1\n", " -source +s1", " -source x1", " -dest dc/lan", "|", "#", " # pvefw:ignore rule-without-comment because\n", "\n", "\r", "\xff", "é", "-dport 80", " -p", "0",
}

// edit replaces a piece of a text.
func edit(r *rand.Rand, text []byte) []byte {
	start := r.IntN(len(text) + 1)
	end := start + r.IntN(min(len(text)-start, 12)+1)
	return slices.Concat(text[:start], []byte(words[r.IntN(len(words))]), text[end:])
}

// Law: however a session came to its texts, it finds in them what one finds that was
// opened with them. What reading says is so at once, everything when it has settled.
func TestFindingsDoNotDependOnTheWay(t *testing.T) {
	all := archives(t)
	for i, name := range []string{"alias-unknown", "shadowed-rule", "ftp-needs-helper", "definition-unused", "option-wrong-file", "sdn-set-unknown", "orphan-guest-file"} {
		r := rand.New(rand.NewPCG(7, uint64(i)))
		s := open(t, all[name])
		for step := range 40 {
			file := pick(r, s.Snapshot().Names())
			now := s.Overlay(file, edit(r, s.Snapshot().File(file).Bytes()))
			what := fmt.Sprintf("%s, step %d, %s", name, step, file)
			checkReading(t, what, now, file)
			checkKnown(t, what, now, file)
			if step%8 == 7 {
				checkSettled(t, what, now)
			}
		}
	}
}

func pick(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

// checkReading compares what reading says about one file with Resolve of all files.
func checkReading(t *testing.T, what string, s *Snapshot, file string) {
	t.Helper()
	_, found := config.Resolve(s.in)
	f := s.File(file)
	found = slices.DeleteFunc(found, func(d diag.Diagnostic) bool {
		return d.Span.File != f || s.places[file].kind == clusterFile && isCross(d.Rule)
	})
	got := s.nearOf(file).found
	found.Sort()
	got.Sort()
	if d := textdiff.Unified("all files", "slice", shown(t, found), shown(t, got), 2); d != "" {
		t.Fatalf("%s:\n%s", what, d)
	}
}

// checkKnown compares what is known about a file at once with a lint of the same
// bytes, as far as reading alone decides it.
func checkKnown(t *testing.T, what string, s *Snapshot, file string) {
	t.Helper()
	cold, err := openInput(t, s.in, true).Snapshot().Settle(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	quick, err := s.read(context.Background(), file, s.nearOf(file), s.session.lastSettled())
	if err != nil {
		t.Fatal(err)
	}
	readers := slices.Concat(grammar.Catalog(), config.Catalog())
	exact := func(list diag.List) string {
		return shown(t, slices.DeleteFunc(slices.Clone(list), func(d diag.Diagnostic) bool {
			return !slices.Contains(readers, d.Rule) || s.places[file].kind == clusterFile && isCross(d.Rule)
		}))
	}
	if d := textdiff.Unified("lint", "at once", exact(cold.Of(file)), exact(quick), 2); d != "" {
		t.Fatalf("%s:\n%s", what, d)
	}
}

func checkSettled(t *testing.T, what string, s *Snapshot) {
	t.Helper()
	x, err := s.Settle(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	cold, err := openInput(t, s.in, true).Snapshot().Settle(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range s.Names() {
		quick, err := s.Findings(context.Background(), name)
		if err != nil {
			t.Fatal(err)
		}
		want := shown(t, cold.Of(name))
		if shown(t, x.Of(name)) != want || shown(t, quick) != want {
			t.Fatalf("%s: %s differs from a lint of the same bytes", what, name)
		}
	}
}

// Law: a place outside of the lines that have changed is where its text is now.
func TestPlacesMoveWithTheirLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.SampledFrom([]string{"a\n", "b\n", "ccc\n", "\n", "dd"})
		head, tail := rapid.SliceOfN(line, 0, 4).Draw(t, "head"), rapid.SliceOfN(line, 0, 4).Draw(t, "tail")
		was, is := rapid.SliceOfN(line, 0, 3).Draw(t, "was"), rapid.SliceOfN(line, 0, 3).Draw(t, "is")
		text := func(middle []string) *source.File {
			return source.NewFile("f", []byte(strings.Join(slices.Concat(head, middle, tail), "")))
		}
		old, now := text(was), text(is)
		m := newMove(old, now)
		for n := 1; n <= old.LineCount(); n++ {
			at, ok := m.span(old.Line(n))
			if ok && !old.Line(n).WholeFile() && (at.Text() != old.Line(n).Text() || !beginsLine(now.Bytes(), int(at.Start))) {
				t.Fatalf("line %d, %q, is taken to be at %v, %q", n, old.Line(n).Text(), at, at.Text())
			}
		}
		if bytes.Equal(old.Bytes(), now.Bytes()) && (m.by != 0 || int(m.head) != len(old.Bytes())) {
			t.Fatalf("equal texts: %+v", m)
		}
	})
}
