// Package chain owns the way back: it reads what iptables, ip6tables and ipset are
// fed or report, tells what such a text does to packets, and proves it equal to a
// policy. It must not know how the texts are made, nor what .fw files say: it shares
// no code with the backend that it judges. Invariant: what it cannot read is
// unknown, never wrong. Start reading at Prove in prove.go, then decide.go; the
// reader begins in read.go.
package chain
