package textdiff_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/textdiff"
)

func TestUnified(t *testing.T) {
	ten := "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n"
	tests := []struct {
		name, old, new string
		context        int
		want           string
	}{
		{"equal", ten, ten, 3, ""},
		{"both empty", "", "", 3, ""},
		{"from nothing", "", "a\nb\n", 3, "@@ -0,0 +1,2 @@\n+a\n+b\n"},
		{"to nothing", "a\n", "", 3, "@@ -1 +0,0 @@\n-a\n"},
		{"one line", "a\n", "b\n", 3, "@@ -1 +1 @@\n-a\n+b\n"},
		{"line feed lost", "a\n", "a", 3, "@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n"},
		{"line feed gained", "x\na", "x\na\n", 3, "@@ -1,2 +1,2 @@\n x\n-a\n\\ No newline at end of file\n+a\n"},
		{"no line feed around", "x\na", "y\na", 3, "@@ -1,2 +1,2 @@\n-x\n+y\n a\n\\ No newline at end of file\n"},
		{"context", ten, strings.Replace(ten, "5\n", "five\n", 1), 1, "@@ -4,3 +4,3 @@\n 4\n-5\n+five\n 6\n"},
		{"no context", ten, strings.Replace(ten, "5\n", "", 1), 0, "@@ -5 +4,0 @@\n-5\n"},
		{"insertion without context", ten, strings.Replace(ten, "5\n", "5\nx\n", 1), 0, "@@ -5,0 +6 @@\n+x\n"},
		{"hunks join", ten, strings.NewReplacer("3\n", "", "6\n", "").Replace(ten), 1, "@@ -2,6 +2,4 @@\n 2\n-3\n 4\n 5\n-6\n 7\n"},
		{"hunks stay apart", ten, strings.NewReplacer("3\n", "", "7\n", "").Replace(ten), 1, "@@ -2,3 +2,2 @@\n 2\n-3\n 4\n@@ -6,3 +5,2 @@\n 6\n-7\n 8\n"},
		{"carriage return", "a\r\n", "a\n", 3, "@@ -1 +1 @@\n-a\r\n+a\n"},
		{"no UTF-8", "a\xff\n", "a\xfe\n", 3, "@@ -1 +1 @@\n-a\xff\n+a\xfe\n"},
	}
	for _, test := range tests {
		want := test.want
		if want != "" {
			want = "--- a/x.fw\n+++ b/x.fw\n" + want
		}
		if diff := cmp.Diff(want, textdiff.Unified("a/x.fw", "b/x.fw", test.old, test.new, test.context)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// A moved line is one deletion and one insertion, not a rewrite of what it passed.
func TestUnifiedKeepsWhatAMovedLinePasses(t *testing.T) {
	got := textdiff.Unified("x", "x", "move\na\nb\nc\n", "a\nb\nc\nmove\n", 3)
	want := "--- x\n+++ x\n@@ -1,4 +1,4 @@\n-move\n a\n b\n c\n+move\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// More distinct lines than runes below the surrogates: none may be lost.
func TestUnifiedOfManyDistinctLines(t *testing.T) {
	var old, changed strings.Builder
	for i := range 70_000 {
		fmt.Fprintln(&old, "line", i)
		if i != 60_000 {
			fmt.Fprintln(&changed, "line", i)
		}
	}
	got := textdiff.Unified("x", "x", old.String(), changed.String(), 0)
	if want := "--- x\n+++ x\n@@ -60001 +60000,0 @@\n-line 60000\n"; got != want {
		t.Errorf("got %.200q, want %q", got, want)
	}
	reversed := textdiff.Unified("x", "x", strings.Repeat("a\nb\n", 20_000), strings.Repeat("b\nc\n", 20_000), 0)
	if n := strings.Count(reversed, "\n"); n != 3+80_000 {
		t.Errorf("a rewrite too large to search has %d lines, want all of both texts", n)
	}
}

func TestWords(t *testing.T) {
	tests := []struct{ name, old, new, want string }{
		{"equal", "IN ACCEPT", "IN ACCEPT", "IN ACCEPT"},
		{"both empty", "", "", ""},
		{"a word", "IN ACCEPT -p tcp", "IN DROP -p tcp", "IN [-ACCEPT][+DROP] -p tcp"},
		{"a part of an address", "10.0.0.1/24", "10.0.7.1/24", "10.0.[-0][+7].1/24"},
		{"added", "IN SSH(ACCEPT)", "IN SSH(ACCEPT) -log info", "IN SSH(ACCEPT)[+ -log info]"},
		{"removed", "a b", "b", "[-a ]b"},
		{"all", "", "x", "[+x]"},
		{"not UTF-8", "a\xff b", "a\xfe b", "[-a\xff][+a\xfe] b"},
	}
	for _, test := range tests {
		var got strings.Builder
		for _, p := range textdiff.Words(test.old, test.new) {
			switch p.Op {
			case textdiff.Equal:
				got.WriteString(p.Text)
			case textdiff.Delete:
				got.WriteString("[-" + p.Text + "]")
			case textdiff.Insert:
				got.WriteString("[+" + p.Text + "]")
			}
		}
		if got.String() != test.want {
			t.Errorf("%s: %s, want %s", test.name, got.String(), test.want)
		}
	}
}
