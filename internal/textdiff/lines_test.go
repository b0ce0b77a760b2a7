package textdiff

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Law: the changes, made from the end to the beginning, make the new text of the old,
// and leave a line between them.
func TestLinesMakeTheNewText(t *testing.T) {
	line := rapid.SampledFrom([]string{"a\n", "b\n", "c\n", "\n", "last"})
	rapid.Check(t, func(t *rapid.T) {
		old := strings.Join(rapid.SliceOfN(line, 0, 9).Draw(t, "old"), "")
		want := strings.Join(rapid.SliceOfN(line, 0, 9).Draw(t, "new"), "")
		all := Lines(old, want)
		got := lines(old)
		for i := len(all) - 1; i >= 0; i-- {
			c := all[i]
			got = append(got[:c.From:c.From], append([]string{c.Text}, got[c.To:]...)...)
			if i > 0 && all[i-1].To >= c.From {
				t.Fatalf("%v and %v touch each other", all[i-1], c)
			}
		}
		if text := strings.Join(got, ""); text != want {
			t.Fatalf("%v make %q of %q, want %q", all, text, old, want)
		}
	})
}
