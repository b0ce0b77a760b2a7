// Package archtest owns the walls of the house: levels, forbidden imports, one
// owner per library, sizes, package docs, the top level. It holds tests only and
// must not know what any package does. Invariant: every check is also run on a
// small made-up tree that breaks it, so no check can rot into one that always
// passes. Start reading at the table in levels_test.go, then docs/architecture.md.
package archtest
