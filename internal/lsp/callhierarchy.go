package lsp

import (
	"github.com/pvefw/pvefw/internal/assist"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"go.lsp.dev/protocol"
)

func offerCalls(c *protocol.ServerCapabilities) {
	c.CallHierarchyProvider = protocol.Boolean(true)
}

func atPrepareCalls(p *protocol.CallHierarchyPrepareParams) *protocol.TextDocumentPositionParams {
	return &p.TextDocumentPositionParams
}

// prepareCalls is the security group under the cursor. Its callers are files, and
// what it calls are the names in its rules.
func prepareCalls(v *view, p assist.Place, _ *protocol.CallHierarchyPrepareParams) []protocol.CallHierarchyItem {
	g, ok := p.Group()
	if !ok {
		return nil
	}
	return []protocol.CallHierarchyItem{v.callItem(assist.Call{Name: g.Name, Kind: assist.GroupName, File: p.Config.Cluster, Span: g.Span})}
}

// callItem is a file or a name; the item's range tells them apart when it comes back.
func (v *view) callItem(c assist.Call) protocol.CallHierarchyItem {
	at := v.rangeOf(c.Span)
	item := protocol.CallHierarchyItem{Name: diag.Visible(c.Name), Kind: protocol.SymbolKindFile, URI: v.uriOf(c.Span.File.Name()), Range: at, SelectionRange: at}
	if !c.Span.WholeFile() {
		item.Kind = nameKinds[c.Kind]
		detail := c.Kind.String() + " of " + assist.FileKind(c.File)
		item.Detail = &detail
	}
	return item
}

func (v *view) ranges(list []source.Span) []protocol.Range {
	out := make([]protocol.Range, 0, len(list))
	for _, s := range list {
		out = append(out, v.rangeOf(s))
	}
	return out
}

func atItemOf(i *protocol.CallHierarchyItem) protocol.TextDocumentIdentifier {
	return protocol.TextDocumentIdentifier{URI: i.URI}
}

func atIncoming(p *protocol.CallHierarchyIncomingCallsParams) protocol.TextDocumentIdentifier {
	return atItemOf(&p.Item)
}

func incomingCalls(v *view, f assist.File, p *protocol.CallHierarchyIncomingCallsParams) []protocol.CallHierarchyIncomingCall {
	out := []protocol.CallHierarchyIncomingCall{}
	g, ok := f.At(v.offset(p.Item.SelectionRange.Start)).Group()
	if !ok {
		return out
	}
	for _, c := range f.Callers(g) {
		out = append(out, protocol.CallHierarchyIncomingCall{From: v.callItem(c), FromRanges: v.ranges(c.Uses)})
	}
	return out
}

func atOutgoing(p *protocol.CallHierarchyOutgoingCallsParams) protocol.TextDocumentIdentifier {
	return atItemOf(&p.Item)
}

func outgoingCalls(v *view, f assist.File, p *protocol.CallHierarchyOutgoingCallsParams) []protocol.CallHierarchyOutgoingCall {
	out := []protocol.CallHierarchyOutgoingCall{}
	in := v.file.Span(0, len(v.file.Bytes()))
	if p.Item.Kind != protocol.SymbolKindFile {
		g, ok := f.At(v.offset(p.Item.SelectionRange.Start)).Group()
		if !ok {
			return out
		}
		in = f.Body(g)
	}
	for _, c := range f.Callees(in) {
		out = append(out, protocol.CallHierarchyOutgoingCall{To: v.callItem(c), FromRanges: v.ranges(c.Uses)})
	}
	return out
}
