package diag

import (
	"bytes"
	"fmt"
	"strings"
)

// Summary is the count under a list of findings, as the JSON output carries it.
type Summary struct {
	Error        int      `json:"error"`
	Warning      int      `json:"warning"`
	Info         int      `json:"info"`
	Files        int      `json:"files"`           // files that were looked at
	Ignored      int      `json:"ignored"`         // findings silenced by a directive
	Known        int      `json:"known,omitempty"` // findings of a baseline or an older revision
	MissingFacts []string `json:"missing_facts"`   // sorted, each once
}

// Summarize counts the findings of l; the caller fills in the rest.
func Summarize(l List) Summary {
	return Summary{Error: l.Count(Error), Warning: l.Count(Warning), Info: l.Count(Info)}
}

// Line is the summary as one sentence for people, without a line feed.
func (s Summary) Line() string {
	var parts []string
	for _, c := range []struct {
		n    int
		noun string
	}{{s.Error, "error"}, {s.Warning, "warning"}} {
		if c.n > 0 {
			parts = append(parts, count(c.n, c.noun))
		}
	}
	if s.Info > 0 {
		parts = append(parts, fmt.Sprintf("%d info", s.Info))
	}
	if len(parts) == 0 {
		parts = append(parts, "no findings")
	}
	text := strings.Join(parts, ", ")
	if s.Files > 0 {
		text += " in " + count(s.Files, "file")
	}
	var aside []string
	if s.Ignored > 0 {
		aside = append(aside, fmt.Sprintf("%d ignored", s.Ignored))
	}
	if s.Known > 0 {
		aside = append(aside, fmt.Sprintf("%d known", s.Known))
	}
	if len(aside) > 0 {
		text += " (" + strings.Join(aside, ", ") + ")"
	}
	return text
}

func count(n int, noun string) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%d %s", n, noun)
	if n != 1 {
		b.WriteByte('s')
	}
	return b.String()
}
