package lsp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"github.com/pvefw/pvefw/internal/diag"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

func offerDiagnostics(c *protocol.ServerCapabilities) {
	c.DiagnosticProvider = &protocol.DiagnosticOptions{InterFileDependencies: true, WorkspaceDiagnostics: true}
}

func atDiagnostic(p *protocol.DocumentDiagnosticParams) protocol.TextDocumentIdentifier {
	return p.TextDocument
}

// pullDocument tells what is known about a document at once; the client is told to ask
// again when everything has been looked at.
func pullDocument(ctx context.Context, v *view, p *protocol.DocumentDiagnosticParams) (protocol.DocumentDiagnosticReport, error) {
	found, err := v.Findings(ctx, v.name)
	if err != nil {
		return nil, err
	}
	items, id := v.report(found)
	if p.PreviousResultID != nil && *p.PreviousResultID == id {
		return &protocol.RelatedUnchangedDocumentDiagnosticReport{UnchangedDocumentDiagnosticReport: unchanged(id)}, nil
	}
	return &protocol.RelatedFullDocumentDiagnosticReport{FullDocumentDiagnosticReport: full(id, items)}, nil
}

// pullWorkspace looks at everything in every CONFIG. What the client knows already is
// not told again, and what had findings before is told to have none.
func pullWorkspace(ctx context.Context, all []*view, p *protocol.WorkspaceDiagnosticParams) (*protocol.WorkspaceDiagnosticReport, error) {
	known, uris := map[string]string{}, map[string]uri.URI{}
	for _, r := range p.PreviousResultIds {
		known[nameOf(r.URI)], uris[nameOf(r.URI)] = r.Value, r.URI
	}
	out := &protocol.WorkspaceDiagnosticReport{Items: []protocol.WorkspaceDocumentDiagnosticReport{}}
	for _, v := range all {
		x, err := v.Settle(ctx)
		if err != nil {
			return nil, err
		}
		for _, name := range x.Names() {
			if r := v.workspaceReport(name, x.Of(name), known); r != nil {
				out.Items = append(out.Items, r)
			}
			delete(known, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(known)) { // the file has gone
		out.Items = append(out.Items, &protocol.WorkspaceFullDocumentDiagnosticReport{
			FullDocumentDiagnosticReport: full("", []protocol.Diagnostic{}), URI: uris[name]})
	}
	return out, nil
}

func (v *view) workspaceReport(name string, found diag.List, known map[string]string) protocol.WorkspaceDocumentDiagnosticReport {
	before, told := known[name]
	if len(found) == 0 && !told {
		return nil
	}
	items, id := v.report(found)
	var version *int32
	if n, open := v.version(name); open {
		version = &n
	}
	if told && before == id {
		return &protocol.WorkspaceUnchangedDocumentDiagnosticReport{UnchangedDocumentDiagnosticReport: unchanged(id), URI: v.uriOf(name), Version: version}
	}
	return &protocol.WorkspaceFullDocumentDiagnosticReport{FullDocumentDiagnosticReport: full(id, items), URI: v.uriOf(name), Version: version}
}

// report is what is told about a file, and its name: the same findings have the same.
func (v *view) report(found diag.List) (items []protocol.Diagnostic, id string) {
	items = v.diagnostics(found)
	hash := sha256.Sum256(encoded(items))
	return items, hex.EncodeToString(hash[:8])
}

func full(id string, items []protocol.Diagnostic) protocol.FullDocumentDiagnosticReport {
	return protocol.FullDocumentDiagnosticReport{Kind: string(protocol.DocumentDiagnosticReportKindFull), ResultID: &id, Items: items}
}

func unchanged(id string) protocol.UnchangedDocumentDiagnosticReport {
	return protocol.UnchangedDocumentDiagnosticReport{Kind: string(protocol.DocumentDiagnosticReportKindUnchanged), ResultID: id}
}

// encoded is what goes over the wire.
func encoded(v any) []byte {
	text, err := protocol.Marshal(v)
	if err != nil {
		panic("unreachable: " + err.Error())
	}
	return text
}
