package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// This file is what the outputs of all commands have in common.

// The colours of a terminal.
const (
	green  = "\x1b[1;32m"
	red    = "\x1b[1;31m"
	yellow = "\x1b[1;33m"
	faint  = "\x1b[2m"
	normal = "\x1b[0m"
)

// paint is a code for a terminal that wants it.
func (s *Streams) paint(code string) string {
	if s.Color {
		return code
	}
	return ""
}

// painted puts a text into a colour.
func (s *Streams) painted(code, text string) string { return s.paint(code) + text + s.paint(normal) }

// remark is what stands faintly behind a line, if there is anything.
func (s *Streams) remark(text string) string {
	if text == "" {
		return ""
	}
	return "  " + s.painted(faint, diag.Visible(text))
}

// lineOf is FILE:LINE.
func lineOf(s source.Span) string {
	if s.IsZero() || s.WholeFile() {
		return s.String()
	}
	return fmt.Sprintf("%s:%d", s.File.Name(), s.From().Line)
}

// placeOf is FILE:LINE for people, or what stands for it.
func placeOf(s source.Span) string {
	if s.IsZero() {
		return "built-in"
	}
	return diag.Visible(lineOf(s))
}

// textOf is the line of a span.
func textOf(s source.Span) string { return s.File.Line(s.From().Line).Text() }

// mostRunes is how much of a line is shown.
const mostRunes = 160

// cutText is a line of a file, as far as it is shown.
func cutText(line string) string {
	text := []rune(diag.Visible(line))
	if len(text) > mostRunes {
		return string(text[:mostRunes]) + "…"
	}
	return string(text)
}

// few joins a handful of places.
func few(list []string) string { return diag.Few(list, 4) }

// count is a number and what it counts, whose plural ends in s.
func count(n int, what string) string { return counted(n, what, what+"s") }

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// shownTime is a time for people, in their zone.
func shownTime(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05") }

// writeColumns puts texts below each other; the last column has no end.
func writeColumns(w io.Writer, rows [][]string) {
	var width [2]int
	for _, r := range rows {
		for i := range width {
			width[i] = min(max(width[i], len([]rune(diag.Visible(r[i])))), 48)
		}
	}
	for _, r := range rows {
		line := fmt.Sprintf("  %-*s  %-*s  %s", width[0], diag.Visible(r[0]), width[1], diag.Visible(r[1]), diag.Visible(r[2]))
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}

// writeJSON writes a value for programs, and for people who look at it.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(v)
}
