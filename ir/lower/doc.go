// Package lower owns what a resolved datacenter means on one node: it turns a
// config.Config into an ir.Policy under a chosen Semantics, oddities of the
// reference included. It must not know any backend's syntax, and looks no name
// up. Invariant: Lower is total and pure; every rule of a file that concerns a
// chain stands in it, as something that acts or as an ir.Skipped with a reason.
// Start reading at Lower, then host.go and guest.go; one file is one concern,
// and each quirk_<x>.go is one oddity that changes a verdict.
package lower
