package lsp

import (
	"github.com/pvefw/pvefw/internal/assist"
	"go.lsp.dev/protocol"
)

func offerDefinition(c *protocol.ServerCapabilities) {
	c.DefinitionProvider = protocol.Boolean(true)
}

func atDefinition(p *protocol.DefinitionParams) *protocol.TextDocumentPositionParams {
	return &p.TextDocumentPositionParams
}

// definition leads to where a name is defined.
func definition(v *view, p assist.Place, _ *protocol.DefinitionParams) []protocol.Location {
	return v.locations(p.Definition())
}
