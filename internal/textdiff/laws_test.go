package textdiff_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/internal/textdiff"
)

// texts have few distinct lines, so that repetitions and moves are common.
var texts = rapid.Custom(func(t *rapid.T) string {
	text := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "IN DROP", "", "\r", "\xff"}), 0, 30).Draw(t, "lines"), "\n")
	return text + rapid.SampledFrom([]string{"", "\n", "\n\n"}).Draw(t, "end")
})

// Invariant: a patch applied to the old text gives the new one.
func TestPatchAppliedToOldGivesNew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old, changed := texts.Draw(t, "old"), texts.Draw(t, "new")
		context := rapid.IntRange(0, 4).Draw(t, "context")
		patch := textdiff.Unified("old", "new", old, changed, context)
		got, err := apply(patch, old)
		if err != nil || got != changed {
			t.Fatalf("%v\n%q\napplied to %q gives %q, want %q", err, patch, old, got, changed)
		}
		if again := textdiff.Unified("old", "new", old, changed, context); again != patch {
			t.Fatalf("two runs differ: %q and %q", patch, again)
		}
	})
}

func TestWordsHoldBothTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old, changed := texts.Draw(t, "old"), texts.Draw(t, "new")
		var a, b strings.Builder
		for i, p := range textdiff.Words(old, changed) {
			if p.Text == "" {
				t.Fatalf("part %d is empty", i)
			}
			if p.Op != textdiff.Insert {
				a.WriteString(p.Text)
			}
			if p.Op != textdiff.Delete {
				b.WriteString(p.Text)
			}
		}
		if a.String() != old || b.String() != changed {
			t.Fatalf("parts hold %q and %q, want %q and %q", a.String(), b.String(), old, changed)
		}
	})
}

// apply is a patch(1) without tolerance: every number and every context line of
// the patch must fit.
func apply(patch, old string) (string, error) {
	if patch == "" {
		return old, nil
	}
	rest, found := strings.CutPrefix(patch, "--- old\n+++ new\n")
	if !found {
		return "", fmt.Errorf("no header")
	}
	source := splitLines(old)
	at, written := 0, 0
	var out strings.Builder
	for _, hunk := range strings.Split(rest, "@@ -")[1:] {
		header, body, _ := strings.Cut(hunk, " @@\n")
		before, after, _ := strings.Cut(header, " +")
		start, count := lineNumbers(before)
		newStart, newCount := lineNumbers(after)
		for ; at < start; at++ {
			out.WriteString(source[at])
			written++
		}
		if written != newStart {
			return "", fmt.Errorf("hunk %s starts at new line %d", header, written)
		}
		for _, line := range splitLines(strings.ReplaceAll(body, "\n\\ No newline at end of file\n", "\x00\n")) {
			text := strings.TrimSuffix(line[1:], "\x00\n")
			if line[0] != '+' {
				if at == len(source) || source[at] != text {
					return "", fmt.Errorf("%q is not line %d", text, at)
				}
				at++
				count--
			}
			if line[0] != '-' {
				out.WriteString(text)
				written++
				newCount--
			}
		}
		if count != 0 || newCount != 0 {
			return "", fmt.Errorf("counts of hunk %s do not fit", header)
		}
	}
	return out.String() + strings.Join(source[at:], ""), nil
}

// lineNumbers reads "start,count" and returns the start from 0.
func lineNumbers(text string) (start, count int) {
	count = 1
	if _, err := fmt.Sscanf(text, "%d,%d", &start, &count); err != nil {
		fmt.Sscan(text, &start)
	}
	if count > 0 {
		start--
	}
	return start, count
}

func splitLines(text string) []string {
	split := strings.SplitAfter(text, "\n")
	return split[:len(split)-1+min(1, len(split[len(split)-1]))]
}
