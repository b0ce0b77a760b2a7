// Package netlink owns the second carrier of an nft program: it speaks to the kernel
// itself, in one transaction, and reads back what is in force. It must not know the
// IR's meaning, nor files, nor any table that is not pvefw's. Invariant: after either
// carrier the kernel holds the same, chain by chain and rule by rule; a refused batch
// changes nothing; and what was read back is the program that was loaded, but for what
// Normal declares. Start reading at Encode in encode_linux.go for how a program becomes
// a batch, at Apply in apply_linux.go for how it is sent and what an answer means, and
// at Read in read_linux.go for the way back.
//
//	statement  ── form, values ──► template of the library, values patched in ──┐
//	program    ── chains, helpers, sets, elements, rules ──────────────────────┴─► one batch
//	kernel     ── chain by chain, set by set ──► attributes ──► statements ──► program
//
// The kernel is asked over a socket; nothing else below the level of internal/load
// touches the world. Elsewhere than on Linux there is nothing to speak to, and Open
// says so.
package netlink
