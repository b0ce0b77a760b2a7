// Package textdiff owns differences between texts, as a patch of lines or as
// words of one line. It must not know what the texts mean or where they are
// shown. Invariant: the same two texts give the same difference on every machine
// and in every run, and a patch applied to the old text gives the new one. Start
// reading at Unified; script.go finds the difference, the rest prints it.
package textdiff

import (
	"fmt"
	"strings"
)

// Unified returns the difference of two texts as a unified patch with the given
// number of unchanged lines around each change, and "" for equal texts. The names
// go into the header as they are. A last line without a line feed is marked the
// way patch(1) expects.
func Unified(oldName, newName string, old, new string, context int) string {
	if old == new {
		return ""
	}
	a, b := lines(old), lines(new)
	var out strings.Builder
	fmt.Fprintf(&out, "--- %s\n+++ %s\n", oldName, newName)
	for _, h := range hunks(script(a, b), max(context, 0)) {
		h.print(&out, a, b)
	}
	return out.String()
}

// lines splits behind every line feed; joined they are the text again.
func lines(text string) []string {
	split := strings.SplitAfter(text, "\n")
	if split[len(split)-1] == "" {
		split = split[:len(split)-1]
	}
	return split
}

// hunk is a stretch of a script that starts at line a of the old and line b of
// the new text, counted from 0.
type hunk struct {
	a, b int
	runs []run
}

// hunks cuts a script wherever more than two contexts of equal lines stand
// between changes.
func hunks(runs []run, context int) []hunk {
	var all []hunk
	var open *hunk
	a, b := 0, 0
	for i, r := range runs {
		last := i == len(runs)-1
		switch {
		case r.op != Equal:
			if open == nil {
				all = append(all, hunk{a: a, b: b})
				open = &all[len(all)-1]
			}
			open.runs = append(open.runs, r)
		case open != nil && !last && r.n <= 2*context:
			open.runs = append(open.runs, r)
		default:
			if open != nil && min(r.n, context) > 0 {
				open.runs = append(open.runs, run{Equal, min(r.n, context)})
			}
			open = nil
			if lead := min(r.n, context); !last {
				all = append(all, hunk{a: a + r.n - lead, b: b + r.n - lead})
				open = &all[len(all)-1]
				if lead > 0 {
					open.runs = append(open.runs, run{Equal, lead})
				}
			}
		}
		a, b = r.advance(a, b)
	}
	return all
}

func (h *hunk) print(out *strings.Builder, a, b []string) {
	endA, endB := h.a, h.b
	for _, r := range h.runs {
		endA, endB = r.advance(endA, endB)
	}
	fmt.Fprintf(out, "@@ -%s +%s @@\n", lineRange(h.a, endA), lineRange(h.b, endB))
	i, j := h.a, h.b
	for _, r := range h.runs {
		text := a[i:]
		if r.op == Insert {
			text = b[j:]
		}
		for _, line := range text[:r.n] {
			printLine(out, r.op, line)
		}
		i, j = r.advance(i, j)
	}
}

func printLine(out *strings.Builder, op Op, line string) {
	out.WriteByte(" -+"[op])
	out.WriteString(line)
	if !strings.HasSuffix(line, "\n") {
		out.WriteString("\n\\ No newline at end of file\n")
	}
}

// lineRange prints the half-open range of lines from 0 in patch form: from 1, the
// count left out when it is one, an empty range at the line before it.
func lineRange(from, to int) string {
	switch n := to - from; n {
	case 0:
		return fmt.Sprintf("%d,0", from)
	case 1:
		return fmt.Sprint(from + 1)
	default:
		return fmt.Sprintf("%d,%d", from+1, n)
	}
}
