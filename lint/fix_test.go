package lint

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// fixedAt is a finding on the first occurrence of word, with a fix that writes
// other words in its place.
func fixedAt(f *source.File, r *diag.Rule, word, instead string, s diag.Safety) diag.Diagnostic {
	d := at(f, r, word, "m")
	d.Fixes = []diag.Fix{{Title: instead, Safety: s, Edits: []source.Edit{{Span: d.Span, Text: instead}}}}
	return d
}

func titles(mends []Mend) (out []string) {
	for _, m := range mends {
		out = append(out, m.Fix.Title)
	}
	return out
}

func TestChoose(t *testing.T) {
	f, other := source.NewFile("100.fw", []byte("one two\nthree\nfour\n")), source.NewFile("x.conf", []byte("five\n"))
	list := diag.List{
		fixedAt(f, noisy, "one", "1", diag.Safe),    // gives way to the graver one of its line
		fixedAt(f, loud, "two", "2", diag.Safe),     //
		fixedAt(f, loud, "three", "3", diag.Unsafe), //
		fixedAt(f, noisy, "four", "4", diag.Safe),
		fixedAt(other, loud, "five", "5", diag.Safe), // no file of ours
		at(f, loud, "four", "no fix"),
	}
	if d := cmp.Diff([]string{"2", "4"}, titles(Choose(list, false, []*source.File{f}))); d != "" {
		t.Error(d)
	}
	mends := Choose(list, true, []*source.File{f})
	if d := cmp.Diff([]string{"2", "3", "4"}, titles(mends)); d != "" {
		t.Error(d)
	}
	if got := string(Apply(mends)[f].Bytes()); got != "one 2\n3\n4\n" {
		t.Errorf("got %q", got)
	}
}

func TestFirstOfSeveralFixesThatCounts(t *testing.T) {
	f := source.NewFile("100.fw", []byte("one\n"))
	d := fixedAt(f, loud, "one", "a", diag.Unsafe)
	d.Fixes = append(d.Fixes, fixedAt(f, loud, "one", "b", diag.Safe).Fixes...)
	for unsafe, want := range map[bool]string{false: "b", true: "a"} {
		if got := titles(Choose(diag.List{d}, unsafe, []*source.File{f})); len(got) != 1 || got[0] != want {
			t.Errorf("unsafe %t: %q, want %q", unsafe, got, want)
		}
	}
}

// What is only offered is made by nobody but an editor.
func TestOffersAreNotMade(t *testing.T) {
	f := source.NewFile("100.fw", []byte("one two\n"))
	d := fixedAt(f, loud, "one", "create", diag.Offered)
	if got := titles(Choose(diag.List{d}, true, []*source.File{f})); len(got) != 0 {
		t.Errorf("made %q", got)
	}
	d.Fixes = append(d.Fixes, fixedAt(f, loud, "one", "write", diag.Unsafe).Fixes...)
	if got := titles(Choose(diag.List{d}, true, []*source.File{f})); len(got) != 1 || got[0] != "write" {
		t.Errorf("made %q", got)
	}
}

func TestTouchedLines(t *testing.T) {
	f := source.NewFile("100.fw", []byte("ab\ncd\nef\n"))
	for _, c := range []struct {
		start, end  int
		text        string
		first, last int
	}{
		{0, 2, "x", 1, 1},
		{0, 3, "", 1, 1},    // the whole line goes
		{1, 3, "", 1, 2},    // the next line joins what is left
		{0, 3, "x", 1, 2},   // and here too
		{0, 3, "x\n", 1, 1}, // the line is exchanged
		{3, 3, "x\n", 1, 1}, // a line between two
		{3, 3, "x", 2, 2},
		{0, 9, "", 1, 3},
	} {
		first, last := touched(source.Edit{Span: f.Span(c.start, c.end), Text: c.text})
		if first != c.first || last != c.last {
			t.Errorf("%d-%d %q: %d-%d, want %d-%d", c.start, c.end, c.text, first, last, c.first, c.last)
		}
	}
}

func TestShifts(t *testing.T) {
	f := source.NewFile("100.fw", []byte("a\nb\nc\nd\n"))
	mend := Mend{Fix: diag.Fix{Edits: []source.Edit{{Span: f.Span(4, 4), Text: "x\ny\n"}, {Span: f.Span(0, 2)}}}}
	changed := Apply([]Mend{mend})[f]
	moved := shifts(f, []Mend{mend})
	for n, want := range map[int]int{2: 1, 3: 4, 4: 5} {
		if got := moved.line(changed, f.Line(n).Start); got != want {
			t.Errorf("line %d is now %d, want %d in %q", n, got, want, changed.Bytes())
		}
	}
}
