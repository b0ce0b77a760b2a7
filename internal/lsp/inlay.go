package lsp

import (
	"github.com/pvefw/pvefw/internal/assist"
	"github.com/pvefw/pvefw/internal/diag"
	"go.lsp.dev/protocol"
)

func offerInlay(c *protocol.ServerCapabilities) { c.InlayHintProvider = protocol.Boolean(true) }

func atInlay(p *protocol.InlayHintParams) protocol.TextDocumentIdentifier { return p.TextDocument }

// inlay shows what stands behind the names of a part of the document.
func inlay(v *view, f assist.File, p *protocol.InlayHintParams) []protocol.InlayHint {
	out := []protocol.InlayHint{}
	for _, h := range f.Hints(v.span(p.Range)) {
		hint := protocol.InlayHint{Position: v.rangeOf(h.At).Start, Label: protocol.String(diag.Visible(h.Label))}
		if h.Front {
			hint.PaddingRight = yes()
		} else {
			hint.PaddingLeft = yes()
		}
		out = append(out, hint)
	}
	return out
}
