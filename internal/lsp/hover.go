package lsp

import (
	"github.com/pvefw/pvefw/internal/assist"
	"go.lsp.dev/protocol"
)

func offerHover(c *protocol.ServerCapabilities) { c.HoverProvider = protocol.Boolean(true) }

func atHover(p *protocol.HoverParams) *protocol.TextDocumentPositionParams {
	return &p.TextDocumentPositionParams
}

// hover explains the words under the cursor.
func hover(v *view, p assist.Place, _ *protocol.HoverParams) *protocol.Hover {
	text, at := p.Hover()
	if text == "" {
		return nil
	}
	where := v.rangeOf(at)
	return &protocol.Hover{Contents: markdown(text), Range: &where}
}
