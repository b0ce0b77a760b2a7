// Package lsptest owns a small client of the Language Server Protocol, for tests. It
// must not know the server's code nor its library: it speaks JSON of its own making,
// so that both would have to err alike. Invariant: it keeps each document's text as
// an editor does, by its own arithmetic. Start reading at Client.
package lsptest
