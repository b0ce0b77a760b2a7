// Package lsp owns the language server: what an editor says and is told, in the
// words of the Language Server Protocol. It must not know what a finding means nor
// how it is found; all it shows comes from a session.Snapshot. Invariant: nothing but
// protocol is written to the client, and no message ends the server but exit. Start
// reading at the table in methods.go, then server.go; a feature is one file.
package lsp
