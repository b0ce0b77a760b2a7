package lsp

import (
	"github.com/pvefw/pvefw/internal/assist"
	"go.lsp.dev/protocol"
)

func offerReferences(c *protocol.ServerCapabilities) {
	c.ReferencesProvider = protocol.Boolean(true)
}

func atReferences(p *protocol.ReferenceParams) *protocol.TextDocumentPositionParams {
	return &p.TextDocumentPositionParams
}

// references lists the uses of a name in all files.
func references(v *view, p assist.Place, params *protocol.ReferenceParams) []protocol.Location {
	return v.locations(p.References(params.Context.IncludeDeclaration))
}
