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
		notice(protocol.MethodWorkspaceDidChangeConfiguration, (*server).didChangeConfiguration),
		notice(protocol.MethodWorkspaceDidChangeWorkspaceFolders, (*server).didChangeWorkspaceFolders),

		document(protocol.MethodTextDocumentDiagnostic, atDiagnostic, pullDocument, offerDiagnostics),
		workspace(protocol.MethodWorkspaceDiagnostic, pullWorkspace, nil),
		located(protocol.MethodTextDocumentCompletion, false, atCompletion, completion, offerCompletion),
		resolved(protocol.MethodCompletionItemResolve, dataOfItem, resolveItem),
		located(protocol.MethodTextDocumentHover, false, atHover, hover, offerHover),
		located(protocol.MethodTextDocumentSignatureHelp, false, atSignature, signature, offerSignature),
		located(protocol.MethodTextDocumentDefinition, false, atDefinition, definition, offerDefinition),
		located(protocol.MethodTextDocumentReferences, true, atReferences, references, offerReferences),
		located(protocol.MethodTextDocumentDocumentHighlight, false, atHighlight, highlight, offerHighlight),
		about(protocol.MethodTextDocumentDocumentSymbol, false, atSymbols, symbols, offerSymbols),
		workspace(protocol.MethodWorkspaceSymbol, workspaceSymbols, offerWorkspaceSymbols),
		about(protocol.MethodTextDocumentFoldingRange, false, atFolding, folding, offerFolding),
		about(protocol.MethodTextDocumentSelectionRange, false, atSelection, selection, offerSelection),
		about(protocol.MethodTextDocumentDocumentLink, false, atLinks, links, offerLinks),
		about(protocol.MethodTextDocumentInlayHint, false, atInlay, inlay, offerInlay),
		about(protocol.MethodTextDocumentCodeLens, false, atLens, lenses, offerLens),
		resolved(protocol.MethodCodeLensResolve, dataOfLens, resolveLens),
		located(protocol.MethodTextDocumentPrepareCallHierarchy, false, atPrepareCalls, prepareCalls, offerCalls),
		about(protocol.MethodCallHierarchyIncomingCalls, true, atIncoming, incomingCalls, nil),
		about(protocol.MethodCallHierarchyOutgoingCalls, false, atOutgoing, outgoingCalls, nil),

		document(protocol.MethodTextDocumentPrepareRename, atPrepareRename, prepareRename, nil),
		document(protocol.MethodTextDocumentRename, atRename, rename, offerRename),
		document(protocol.MethodTextDocumentCodeAction, atCodeAction, codeActions, offerCodeActions),
		document(protocol.MethodTextDocumentFormatting, atFormatting, formatting, offerFormatting),
		document(protocol.MethodTextDocumentRangeFormatting, atRangeFormatting, rangeFormatting, offerRangeFormatting),
		document(protocol.MethodTextDocumentSemanticTokensFull, atTokens, semanticTokens, offerSemanticTokens),
		document(protocol.MethodTextDocumentSemanticTokensFullDelta, atTokensDelta, semanticTokensDelta, nil),
		document(protocol.MethodTextDocumentSemanticTokensRange, atTokensRange, semanticTokensRange, nil),
	}
}
