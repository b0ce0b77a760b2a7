// Package conformance owns the scoreboard: how much of what the production
// daemon was measured to do pvefw does too. It holds tests only and must not be
// imported. Invariant: the scores committed in testdata/conformance.scores only
// rise; a change that lowers one fails here. Start reading at score_test.go.
//
// The measurements stand beside the repository (shared/conformance); where they
// are missing the tests are skipped by name.
package conformance
