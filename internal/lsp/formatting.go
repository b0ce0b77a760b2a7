package lsp

import (
	"context"

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

func (v *view) formatted() []source.Edit {
	fw := v.FW(v.name)
	if fw == nil {
		return nil
	}
	var edits []source.Edit
	for _, c := range textdiff.Lines(string(v.file.Bytes()), string(config.Format(v.file, fw.Env))) {
		edits = append(edits, source.Edit{Span: v.file.Span(lineStart(v.file, c.From), lineStart(v.file, c.To)), Text: c.Text})
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
