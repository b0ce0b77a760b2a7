package lsp

import (
	"testing"

	"github.com/pvefw/pvefw/internal/source"
)

// Positions of the protocol stand before or behind a CR LF, so an edit of a half of it
// replaces both.
func TestEditsBetweenCRAndLF(t *testing.T) {
	f := source.NewFile("100.fw", []byte("a\r\nb\rc\n"))
	for _, c := range []struct {
		start, end int
		text       string
		want       source.Edit
	}{
		{1, 2, "", source.Edit{Span: f.Span(1, 3), Text: "\n"}},
		{2, 3, "", source.Edit{Span: f.Span(1, 3), Text: "\r"}},
		{2, 2, "#", source.Edit{Span: f.Span(1, 3), Text: "\r#\n"}},
		{1, 3, "\n", source.Edit{Span: f.Span(1, 3), Text: "\n"}},
		{1, 1, "#", source.Edit{Span: f.Span(1, 1), Text: "#"}},
		{4, 5, "", source.Edit{Span: f.Span(4, 5), Text: ""}}, // a CR alone ends a line
	} {
		if got := wholeEnds(source.Edit{Span: f.Span(c.start, c.end), Text: c.text}); got != c.want {
			t.Errorf("%d-%d %q: %v", c.start, c.end, c.text, got)
		}
	}
}
