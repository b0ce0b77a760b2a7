// Package plan owns what a node's ruleset would become: what is in force, what the files
// ask for, and the way from one to the other as data that people review and that apply
// compares with. It must not know how anything is read, sent or shown. Invariant: equal
// inputs give equal plans, byte for byte, and a plan names only what belongs to pvefw or
// to the daemon that it replaces. Start reading at Make in make.go for nftables, at
// MakeTexts in texts.go for the texts of the iptables backend, and at Find in drift.go
// for who may have changed what.
//
//	files ──► policy ──► nft.Program ──┐
//	                                   ├── nft.Diff ──► Change, Line ──► Plan
//	kernel or listing ──► Live ────────┘
//
// A plan in a file is a promise and never executed: who applies it makes it anew on the
// node and refuses unless both are the same. So nothing that is written into such a file
// can get into a kernel.
package plan
