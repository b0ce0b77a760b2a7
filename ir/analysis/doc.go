// Package analysis owns what can be told about a list of rules as a whole: which
// of them take no packet, and which only packets that earlier ones took. It must
// not know the .fw language, lowering, backends or lint. Invariant: it never says
// of a rule that it is covered, or empty, unless that is so for every packet there
// is; where its work is used up it says unknown. Start reading at Analyzer.Chain in
// coverage.go, then covering.go.
package analysis
