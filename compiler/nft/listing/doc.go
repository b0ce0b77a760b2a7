// Package listing owns the reading of what "nft -j list ruleset" prints: the tables of
// pvefw in it become an nft program again, so that a change can be planned against a
// node's dump without the node. It must not know a kernel, nor how programs are built.
// Invariant: what it does not know, or what the JSON does not tell, is Strange and not
// in the program; nothing is guessed. Start reading at Read in read.go for the objects,
// at rule.go for rules, and at implied.go for what nft leaves out of its listings.
package listing
