// Package analysis owns what can be told about a list of rules as a whole: which
// of them take no packet, which only packets that earlier ones took, which could be
// deleted, what a change of the list does, and what it accepts. It must not know
// the .fw language, lowering, backends or lint. Invariant: what it says is so for
// every packet there is; where its work is used up it says unknown. Start reading
// at Analyzer.Chain in coverage.go, then covering.go and redundancy.go; for changes
// at Differ in diff.go; lists of thousands of addresses are wide.go's.
package analysis
