// Package netlink owns the second carrier of an nft program: it speaks to the kernel
// itself, changes what differs, reads back what is in force, and saves and restores it.
// It must not know the IR's meaning, nor files, nor any table that is not pvefw's.
// Invariant: after either carrier the kernel holds the same, chain by chain and rule by
// rule; a refused batch changes nothing that packets meet; and what was read back is the
// program that was loaded, but for what Normal declares. Start reading at EncodeDelta in
// delta_linux.go for how a change becomes a batch, at Encode in encode_linux.go for how a
// program does, at Apply in apply_linux.go for how it is sent and what an answer means,
// at Read in read_linux.go for the way back, and at Save in save_linux.go.
//
//	statement  ── form, values ──► template of the library, values patched in ──┐
//	program    ── chains, helpers, sets, elements, rules ──────────────────────┴─► one batch
//	kernel     ── chain by chain, set by set ──► attributes ──► statements ──► program
//
// A batch of EncodeDelta is three transactions, of which packets meet the second:
//
//	ready  new bodies, sets and helpers, and entries that nothing leads to yet
//	swap   entries turn to their new bodies; elements come and go; base chains come and go
//	clean  what nothing leads to any more
//
// One transaction would do for whoever lists rules, but not for packets in its moment:
// the kernel turns to the new rules first and publishes ranges of a new set, and takes
// maps of old rules out of force, a little before or after that. Between two transactions
// the packets on their way get through. What remains are elements of a set that stays:
// when they change together with rules that look into the set, a packet of that moment
// may meet the new rules with the old elements. Likewise for what cannot stand beside
// itself: a set whose type changes, a base chain that moves to another hook, a body that
// somebody else altered.
//
// The kernel is asked over a socket; nothing else below the level of internal/load
// touches the world. Elsewhere than on Linux there is nothing to speak to, and Open
// says so.
package netlink
