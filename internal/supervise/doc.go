// Package supervise owns the way of a change into the kernel and back: what is written
// down before, who takes it back, and what counts as a confirmation. It must not know
// what the rules mean, how a plan is made, or how anything is shown. Invariant: nothing
// is changed before the state in force is on the disk, and, where a confirmation is
// asked for, before somebody is awake who restores it; whatever dies at whatever point,
// what is in force in the end is the old state or the new one, whole. Start reading at
// Run in transact.go for the way there, at Settle in settle.go for the way back, and at
// Watch in watch.go for who goes it.
//
// A change is in one of these states. The right column is what Settle makes of it when
// the process that was at work has died; watchers, the boot unit and every command that
// changes something call it.
//
//	state     on the disk                    in force        after a death
//	idle      no pending/                    old             nothing to do
//	prepared  pending/change.json, before    old or new      restored at once; without watchers
//	                                                         the rules count, old or new
//	applied   … and applied.json, after      new             waits, and is restored at the deadline
//	                                                         or after a boot
//	decided   … and result.json              old or new      the files are moved to the history
//	idle      history/ID/                    old or new      nothing to do
//
// pending/ appears by one rename when all in it is on the disk, a result by another, and
// it leaves by a third. Whoever changes something holds a lock, of which the kernel lets
// go when its process ends; so a change without applied.json whose lock is free has lost
// its process. Restoring compares first and may be repeated.
package supervise
