// Package packet owns packets: what one is, whether a match takes it, what a list
// of the IR decides about it, its walk from one zone of a node to another; and sets
// of packets, exact, with what a list decides about all packets at once. It must
// not know the .fw language, lowering or any backend. Invariant: Evaluator is the
// deliberately simple interpreter of the IR and says what is right; sets agree with
// it on every packet, or answer Unknown. Start reading at Packet, then
// Evaluator.Chain in eval.go and Evaluator.Walk in walk.go; for sets at Set in
// set.go, then dimension.go, atoms.go and diagram.go.
package packet
