package lsp

import (
	"github.com/pvefw/pvefw/internal/assist"
	"github.com/pvefw/pvefw/internal/diag"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

func offerLinks(c *protocol.ServerCapabilities) {
	c.DocumentLinkProvider = &protocol.DocumentLinkOptions{}
}

func atLinks(p *protocol.DocumentLinkParams) protocol.TextDocumentIdentifier { return p.TextDocument }

// links leads from comments to web pages, other files and the pages of rules.
func links(v *view, f assist.File, _ *protocol.DocumentLinkParams) []protocol.DocumentLink {
	out := []protocol.DocumentLink{}
	for _, l := range f.Links() {
		target := uri.URI(l.URL)
		switch {
		case l.File != nil:
			target = v.uriOf(l.File.Name())
		case l.Code != "":
			target = uri.URI(v.help(&diag.Rule{Code: l.Code}))
		}
		if target != "" {
			out = append(out, protocol.DocumentLink{Range: v.rangeOf(l.Span), Target: &target})
		}
	}
	return out
}
