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
// the packets on their way get through.
//
// A packet takes its rules when it comes to a base chain, and asks a set when it comes to
// the look-up. So elements change in place only where one look-up is all that a packet can
// learn of the change; otherwise the sets are made anew beside the old ones, under other
// names, and so are the bodies that look into them (anew.go and bind.go of compiler/nft).
// Whoever reads gets the names of programs back. Packets meet in each hook the old rules
// and elements or the new ones. They may meet the old in one hook and the new in the next;
// and those that pass a base chain while it moves meet the old where it hung and the new
// where it will hang, and get through if both let them. A dynamic set stays with what it
// learnt as long as it is of the same size and timeout.
//
// Restore gives everything its saved names back. What stands under one of them with other
// content has to go first, so the saved ruleset comes into force under other names, and
// then under its own (detour_linux.go). What hands other than pvefw's put into the tables
// comes back in the same moment, but not with the same care: objects of the same name and
// other content, and sets inside of rules of chains that pvefw does not make.
//
// The kernel is asked over a socket; nothing else below the level of internal/load
// touches the world. Elsewhere than on Linux there is nothing to speak to, and Open
// says so.
package netlink
