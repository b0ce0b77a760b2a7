package lsp

import (
	"context"

	"github.com/pvefw/pvefw/internal/assist"
	"github.com/pvefw/pvefw/internal/diag"
	"go.lsp.dev/protocol"
)

func offerSymbols(c *protocol.ServerCapabilities) {
	c.DocumentSymbolProvider = protocol.Boolean(true)
}

func atSymbols(p *protocol.DocumentSymbolParams) protocol.TextDocumentIdentifier {
	return p.TextDocument
}

var partKinds = [...]protocol.SymbolKind{
	assist.SectionPart: protocol.SymbolKindModule, assist.OptionPart: protocol.SymbolKindProperty, assist.AliasPart: protocol.SymbolKindConstant,
	assist.SetPart: protocol.SymbolKindEnum, assist.EntryPart: protocol.SymbolKindEnumMember, assist.GroupPart: protocol.SymbolKindClass,
	assist.RulePart: protocol.SymbolKindEvent,
}

// symbols is the outline of the document.
func symbols(v *view, f assist.File, _ *protocol.DocumentSymbolParams) []protocol.DocumentSymbol {
	return v.outline(f.Symbols())
}

func (v *view) outline(list []assist.Outline) []protocol.DocumentSymbol {
	out := make([]protocol.DocumentSymbol, 0, len(list))
	for _, o := range list {
		s := protocol.DocumentSymbol{
			Name: diag.Visible(o.Name), Kind: partKinds[o.Kind], Range: v.rangeOf(o.All), SelectionRange: v.rangeOf(o.Word),
			Children: v.outline(o.Parts),
		}
		if o.Detail != "" {
			detail := diag.Visible(o.Detail)
			s.Detail = &detail
		}
		if o.Off {
			s.Tags = []protocol.SymbolTag{protocol.SymbolTagDeprecated}
		}
		out = append(out, s)
	}
	return out
}

func offerWorkspaceSymbols(c *protocol.ServerCapabilities) {
	c.WorkspaceSymbolProvider = protocol.Boolean(true)
}

var nameKinds = [...]protocol.SymbolKind{
	assist.AliasName: protocol.SymbolKindConstant, assist.SetName: protocol.SymbolKindEnum, assist.GroupName: protocol.SymbolKindClass,
	assist.MacroName: protocol.SymbolKindFunction, assist.NICName: protocol.SymbolKindInterface,
}

// workspaceSymbols finds definitions in all CONFIGs by their names.
func workspaceSymbols(ctx context.Context, all []*view, p *protocol.WorkspaceSymbolParams) ([]protocol.SymbolInformation, error) {
	out := []protocol.SymbolInformation{}
	for _, v := range all {
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		for _, d := range v.Everything().Search(p.Query) {
			in := d.In
			s := protocol.SymbolInformation{Location: v.location(d.Span)}
			s.Name, s.Kind, s.ContainerName = diag.Visible(d.Name), nameKinds[d.Kind], &in
			out = append(out, s)
		}
	}
	return out, nil
}
