package lsp

import (
	"context"

	"github.com/pvefw/pvefw/internal/assist"
	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

func offerRename(c *protocol.ServerCapabilities) {
	c.RenameProvider = &protocol.RenameOptions{PrepareProvider: yes()}
}

func atPrepareRename(p *protocol.PrepareRenameParams) protocol.TextDocumentIdentifier {
	return p.TextDocument
}

func atRename(p *protocol.RenameParams) protocol.TextDocumentIdentifier { return p.TextDocument }

// prepareRename is the word that a rename would replace, or why there is none.
func prepareRename(_ context.Context, v *view, p *protocol.PrepareRenameParams) (protocol.PrepareRenameResult, error) {
	place, ok := v.place(p.Position, false)
	if !ok {
		return nil, nil
	}
	at, name, why := place.PrepareRename()
	if why != "" {
		return nil, requestFailed(why)
	}
	return &protocol.PrepareRenamePlaceholder{Range: v.rangeOf(at), Placeholder: name}, nil
}

// rename gives a name another text in all files that mean it. The edits are of the
// texts that the client has now.
func rename(_ context.Context, v *view, p *protocol.RenameParams) (*protocol.WorkspaceEdit, error) {
	place, ok := v.place(p.Position, true)
	if !ok {
		return nil, nil
	}
	edits, why := place.Rename(p.NewName)
	if why != "" {
		return nil, requestFailed(why)
	}
	return v.workspaceEdit(edits), nil
}

// place is a position of the document as assist sees it.
func (v *view) place(p protocol.Position, all bool) (assist.Place, bool) {
	f, ok := v.assist(all)
	if !ok {
		return assist.Place{}, false
	}
	return f.At(v.offset(p)), true
}

// requestFailed is an answer that tells a person why there is no other.
func requestFailed(why string) error { return jsonrpc2.NewError(failed, why) }

// failed is the protocol's code for requests that were right and could not be met.
const failed jsonrpc2.Code = -32803
