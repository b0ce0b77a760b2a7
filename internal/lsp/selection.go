package lsp

import (
	"github.com/pvefw/pvefw/internal/assist"
	"github.com/pvefw/pvefw/internal/source"
	"go.lsp.dev/protocol"
)

func offerSelection(c *protocol.ServerCapabilities) {
	c.SelectionRangeProvider = protocol.Boolean(true)
}

func atSelection(p *protocol.SelectionRangeParams) protocol.TextDocumentIdentifier {
	return p.TextDocument
}

// mostSelections bounds the positions of one request whose surroundings are looked at.
const mostSelections = 100

// selection lists, for each position, the spans around it from small to large.
func selection(v *view, f assist.File, p *protocol.SelectionRangeParams) []protocol.SelectionRange {
	out := []protocol.SelectionRange{}
	for n, position := range p.Positions {
		one := protocol.SelectionRange{Range: protocol.Range{Start: position, End: position}}
		var around []source.Span
		if n < mostSelections {
			around = f.At(v.offset(position)).Selections()
		}
		var parent *protocol.SelectionRange
		for i := len(around) - 1; i >= 0; i-- {
			one = protocol.SelectionRange{Range: v.rangeOf(around[i]), Parent: parent}
			next := one
			parent = &next
		}
		out = append(out, one)
	}
	return out
}
