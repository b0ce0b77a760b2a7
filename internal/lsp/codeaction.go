package lsp

import (
	"context"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/lint"
	"go.lsp.dev/protocol"
)

func offerCodeActions(c *protocol.ServerCapabilities) {
	c.CodeActionProvider = &protocol.CodeActionOptions{CodeActionKinds: []protocol.CodeActionKind{
		protocol.CodeActionKindQuickFix, protocol.CodeActionKindRefactorExtract, protocol.CodeActionKindRefactorInline,
		protocol.CodeActionKindRefactorRewrite, protocol.CodeActionKindSourceFixAll,
	}}
}

func atCodeAction(p *protocol.CodeActionParams) protocol.TextDocumentIdentifier {
	return p.TextDocument
}

// codeActions offers what can be done about a part of a document: the fixes of its
// findings, the ways around them, and the refactorings of its rules.
func codeActions(ctx context.Context, v *view, p *protocol.CodeActionParams) ([]protocol.CommandOrCodeAction, error) {
	all, err := v.Findings(ctx, v.name)
	if err != nil {
		return nil, err
	}
	a := &actions{view: v, only: p.Context.Only, at: v.span(p.Range)}
	for i := range all {
		if touches(all[i].Span, a.at) {
			a.fixes(&all[i])
		}
	}
	for i := range all {
		if touches(all[i].Span, a.at) && !all[i].Span.WholeFile() {
			a.moveAbove(&all[i])
			a.ignore(&all[i])
		}
	}
	a.refactorings()
	a.fixAll(all)
	return a.list, nil
}

// touches tells that a finding is about a selection, or stands at a cursor. One about
// the whole file is told at its first line.
func touches(found, at source.Span) bool {
	if found.WholeFile() {
		return at.From().Line == 1
	}
	return found.Start <= at.End && at.Start <= found.End
}

// actions gathers the answer to one request.
type actions struct {
	*view
	only []protocol.CodeActionKind // empty: all
	at   source.Span
	list []protocol.CommandOrCodeAction
}

// wants tells whether the client asks for a kind, or for one that it is a part of.
func (a *actions) wants(kind protocol.CodeActionKind) bool {
	return len(a.only) == 0 || slices.ContainsFunc(a.only, func(k protocol.CodeActionKind) bool {
		return k == kind || strings.HasPrefix(string(kind), string(k)+".")
	})
}

// add offers edits, because of a finding or of none.
func (a *actions) add(kind protocol.CodeActionKind, title string, because *diag.Diagnostic, preferred bool, edits []source.Edit) {
	if !a.wants(kind) || len(edits) == 0 {
		return
	}
	action := &protocol.CodeAction{Title: diag.Visible(title), Kind: &kind, Edit: a.workspaceEdit(edits)}
	if because != nil {
		action.Diagnostics = []protocol.Diagnostic{a.diagnostic(because)}
	}
	if preferred {
		action.IsPreferred = &preferred
	}
	a.list = append(a.list, action)
}

// refuse tells why something cannot be done, where the client has asked for it.
func (a *actions) refuse(kind protocol.CodeActionKind, title, why string) {
	if len(a.only) == 0 || !a.wants(kind) || !a.client.disables {
		return
	}
	a.list = append(a.list, &protocol.CodeAction{Title: title, Kind: &kind, Disabled: protocol.CodeActionDisabled{Reason: diag.Visible(why)}})
}

// fixes offers those of a finding. The first one is preferred if it is safe.
func (a *actions) fixes(d *diag.Diagnostic) {
	for i, f := range d.Fixes {
		a.add(protocol.CodeActionKindQuickFix, f.Title, d, i == 0 && f.Safety == diag.Safe, f.Edits)
	}
}

// fixAll offers all safe fixes of the document that get along, as one.
func (a *actions) fixAll(all diag.List) {
	var edits []source.Edit
	for _, m := range lint.Choose(all, false, []*source.File{a.file}) {
		edits = append(edits, m.Fix.Edits...)
	}
	a.add(protocol.CodeActionKindSourceFixAll, "make all safe fixes of this file", nil, false, edits)
}
