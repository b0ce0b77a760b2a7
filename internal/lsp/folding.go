package lsp

import (
	"github.com/pvefw/pvefw/internal/assist"
	"go.lsp.dev/protocol"
)

func offerFolding(c *protocol.ServerCapabilities) {
	c.FoldingRangeProvider = protocol.Boolean(true)
}

func atFolding(p *protocol.FoldingRangeParams) protocol.TextDocumentIdentifier {
	return p.TextDocument
}

// folding lists the sections and the blocks of comments.
func folding(v *view, f assist.File, _ *protocol.FoldingRangeParams) []protocol.FoldingRange {
	out := []protocol.FoldingRange{}
	for _, fold := range f.Folds() {
		r := v.rangeOf(fold.Span)
		kind := protocol.FoldingRangeKindRegion
		if fold.Comment {
			kind = protocol.FoldingRangeKindComment
		}
		out = append(out, protocol.FoldingRange{StartLine: r.Start.Line, EndLine: r.End.Line, Kind: kind})
	}
	return out
}
