// Package session owns what an editor needs to know about one CONFIG while its files
// change: texts that are not saved yet, and findings and names for every state of
// them. It must not know any editor's protocol. Invariant: a Snapshot never changes,
// and Settle finds in it what a lint of the same bytes finds. Start reading at
// Session, then Snapshot; slice.go says what one file can be judged by alone.
package session
