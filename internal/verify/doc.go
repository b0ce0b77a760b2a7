// Package verify owns assertions about what a firewall lets through: what they
// say, and whether they hold for all packets. It must not know YAML, the .fw
// language, lowering or how results are shown. Invariant: "holds" is a proof over
// exact sets of packets, "fails" comes with a packet that the walk confirms, and
// what can be neither proved nor refuted is unknown, with the reason. Start reading
// at Suite in tree.go, then Run in run.go and pair.go.
package verify
