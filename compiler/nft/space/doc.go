// Package space owns the way back from an nftables program: it tells what a program
// does with all packets, proves it equal to a policy, and finds the packets for which
// two programs differ. It must not know how programs are built, nor what .fw files say:
// of the backend that it judges it shares the types and no code. Invariant: what it
// cannot tell is unknown, never wrong. Start reading at Prove in prove.go and Compare in
// compare.go; what a program does stands in decide.go, what its rules ask for in rule.go.
//
//	program ── read ──► chains, sets, base chains by hook
//	way     ── where a packet meets hooks: what the packet itself does not tell
//	rule    ── at a stop of a way ──► tests of packets (ir.Match), then acts
//	packets ── decide ──► outcomes, each with the rule that decides
package space
