// Package editors owns what editors need to know of firewall files: syntax,
// detection, and how each of them starts the language server. It must not hold Go
// code but tests, and no rule of the language that the server could tell.
// Invariant: the words that an editor colours are those of internal/facts. Start
// reading at facts_test.go and docs/editors.md.
package editors
