// Package packet owns single packets: what one is, whether a match takes it,
// what a list of the IR decides about it, and its walk from one zone of a node
// to another. It must not know the .fw language, lowering or any backend.
// Invariant: it is the deliberately simple reference interpreter of the IR, so
// whoever doubts another reading of a policy compares with it. Start reading at
// Packet, then Evaluator.Chain in eval.go and Evaluator.Walk in walk.go.
package packet
