// Package assist owns what an editor can say about a place in a firewall file:
// what a name means and where else it stands, what may be written, what a rule
// does, how a file is divided. It must not know an editor's protocol, nor read
// anything but what a World holds. Invariant: answers are plain values with byte
// spans, an answer about any bytes ends, and an edit that renames leaves every
// other name leading where it led. Start reading at World, then names.go,
// complete.go and hover.go.
package assist
