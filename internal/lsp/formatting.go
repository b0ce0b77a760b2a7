package lsp

import (
	"context"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/internal/textdiff"
	"github.com/pvefw/pvefw/ir/config"
	"go.lsp.dev/protocol"
)

func offerFormatting(c *protocol.ServerCapabilities) {
	c.DocumentFormattingProvider = protocol.Boolean(true)
}

func atFormatting(p *protocol.DocumentFormattingParams) protocol.TextDocumentIdentifier {
	return p.TextDocument
}

// formatting writes the document in the form of pvefw fmt, changing only the lines
// that are not in it. Tabs and blanks are not for an editor to choose.
func formatting(_ context.Context, v *view, _ *protocol.DocumentFormattingParams) ([]protocol.TextEdit, error) {
	return v.textEdits(v.formatted()), nil
}

func offerRangeFormatting(c *protocol.ServerCapabilities) {
	c.DocumentRangeFormattingProvider = protocol.Boolean(true)
}

func atRangeFormatting(p *protocol.DocumentRangeFormattingParams) protocol.TextDocumentIdentifier {
	return p.TextDocument
}

// rangeFormatting is the part of formatting that changes lines of the range.
func rangeFormatting(_ context.Context, v *view, p *protocol.DocumentRangeFormattingParams) ([]protocol.TextEdit, error) {
	at := v.span(p.Range)
	return v.textEdits(slices.DeleteFunc(v.formatted(), func(e source.Edit) bool {
		return e.Span.End < at.Start || at.End < e.Span.Start || e.Span.End == at.Start && e.Span.Start < e.Span.End
	})), nil
}

func (v *view) formatted() []source.Edit {
	fw := v.FW(v.name)
	if fw == nil {
		return nil
	}
	var edits []source.Edit
	for _, c := range textdiff.Lines(string(v.file.Bytes()), string(config.Format(v.file, fw.Env))) {
		edits = append(edits, byLine(v.file, c)...)
	}
	return edits
}

// byLine makes edits of a change: one for each line where it has as many lines as
// before, so that a part of them can be had.
func byLine(f *source.File, c textdiff.Change) []source.Edit {
	lines := slices.Collect(strings.Lines(c.Text))
	if len(lines) != c.To-c.From {
		return []source.Edit{{Span: f.Span(lineStart(f, c.From), lineStart(f, c.To)), Text: c.Text}}
	}
	var edits []source.Edit
	for i, text := range lines {
		at := f.Span(lineStart(f, c.From+i), lineStart(f, c.From+i+1))
		if at.Text() != text {
			edits = append(edits, source.Edit{Span: at, Text: text})
		}
	}
	return edits
}

// lineStart is where a line begins, counted from 0; that behind the last is the end.
func lineStart(f *source.File, n int) int {
	if n >= f.LineCount() {
		return len(f.Bytes())
	}
	return int(f.Line(n + 1).Start)
}
