package lsp

import (
	"github.com/pvefw/pvefw/internal/assist"
	"go.lsp.dev/protocol"
)

func offerHighlight(c *protocol.ServerCapabilities) {
	c.DocumentHighlightProvider = protocol.Boolean(true)
}

func atHighlight(p *protocol.DocumentHighlightParams) *protocol.TextDocumentPositionParams {
	return &p.TextDocumentPositionParams
}

// highlight marks what says the same in the document; definitions as written to.
func highlight(v *view, p assist.Place, _ *protocol.DocumentHighlightParams) []protocol.DocumentHighlight {
	out := []protocol.DocumentHighlight{}
	for _, h := range p.Highlights() {
		kind := protocol.DocumentHighlightKindRead
		if h.Defines {
			kind = protocol.DocumentHighlightKindWrite
		}
		out = append(out, protocol.DocumentHighlight{Range: v.rangeOf(h.Span), Kind: kind})
	}
	return out
}
