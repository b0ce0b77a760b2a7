package lsp

import "go.lsp.dev/protocol"

// table is all that the server understands; other requests are refused, and other
// notifications passed over. A feature is a file of its own and one row here.
func table() []method {
	return []method{
		notice(protocol.MethodInitialize, (*server).initialize),
		notice(protocol.MethodInitialized, (*server).initialized),
		notice(protocol.MethodShutdown, (*server).shutdown),
		notice(protocol.MethodExit, (*server).leaveNow),
		notice(protocol.MethodCancelRequest, (*server).cancel),

		notice(protocol.MethodTextDocumentDidOpen, (*server).didOpen),
		notice(protocol.MethodTextDocumentDidChange, (*server).didChange),
		notice(protocol.MethodTextDocumentDidSave, (*server).didSave),
		notice(protocol.MethodTextDocumentDidClose, (*server).didClose),
		notice(protocol.MethodWorkspaceDidChangeWatchedFiles, (*server).didChangeWatchedFiles),
		notice(protocol.MethodWorkspaceDidChangeWorkspaceFolders, (*server).didChangeWorkspaceFolders),

		document(protocol.MethodTextDocumentDiagnostic, atDiagnostic, pullDocument, offerDiagnostics),
		workspace(protocol.MethodWorkspaceDiagnostic, pullWorkspace, nil),
		document(protocol.MethodTextDocumentFormatting, atFormatting, formatting, offerFormatting),
	}
}
