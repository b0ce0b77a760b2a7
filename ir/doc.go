// Package ir owns what happens to packets on one node, in netfilter's words and
// in no tool's syntax: policies, chains, rules, built-ins, groups, sets. It must
// not know the .fw language, nor any backend. Invariant: every element carries
// an Origin that leads back to a file and line, and what does not take effect is
// a Skipped in its place. Start reading at Policy.
//
//	node      made by      read by                  meaning
//	*Rule     ir/lower     Eval, backends, analysis match, log, verdict
//	*Builtin  ir/lower     Expand, backends         behaviour Proxmox adds; Expand gives its rules
//	*Call     ir/lower     Eval, backends, analysis evaluate a shared group body
//	*Skipped  ir/lower     lint, dump, explain      a line without effect, and why
//
//	list of a Policy    decides about                         behind
//	Host.In, Host.Out   what the node itself gets and sends
//	NIC In, NIC Out     what a guest gets and sends           Forward; In also BridgeIn
//	Forwarding          what the node routes                  Forward
//	VNet.Forward        what goes from port to port of the    Forward
//	                    VNet's bridge
package ir
