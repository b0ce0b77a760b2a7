// Package memo owns what is known of the guests of a node from the last time that their
// rules were made, so that only those are made anew of which something changed. It must
// not know where that is kept, nor how rules are read or made. Invariant: a program that
// Complete puts together is, to whoever compares or sends it, the one that all files
// together make; where that is not certain there is none, and everything is made anew.
// Start reading at Memo in memo.go, then Settled in settle.go and Complete in complete.go.
//
//	files, Memo, what is in force ──► Settled ──► the other guests' files ──► program ──┐
//	                                     └──────── what is in force of the settled ─────┴──► Complete
//
// A guest is settled when its files, and all that concerns every guest, are what they were,
// and when everything that its packets meet is in force as it was made. Chains and sets that
// several guests have in common are made by the first one that uses them; that one is never
// settled, so that they come in the same order and with the same findings as ever. What
// guests say beyond their own lists (a line that is an error, a fact that is missing, a
// queue, which changes the node's frame) is not remembered at all.
package memo
