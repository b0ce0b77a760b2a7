// Package nft owns the nftables program of a policy: tables, chains, sets, maps
// and rules as closed types in netfilter's own vocabulary, and the script that nft
// loads in one transaction. It must not know .fw files, nor which semantics made a
// policy, nor speak to a kernel. Invariant: a Program names only the two tables that
// belong to pvefw, everything in it leads back to a place in a file, and folded and
// plain form decide every packet alike. Start reading at Build in build.go for what
// a policy becomes, at Program in program.go for what a carrier gets, and at Script
// in script.go for the text; Diff in delta.go says what turns one program into another.
//
//	table inet pvefw            what the node itself sends, receives and routes
//	  input    priority 0       the host's IN list
//	  output   priority 0       the host's OUT list
//	  forward  priority 0       the forward frame, then the list of forwarded packets
//	table bridge pvefw-guests   what passes a bridge
//	  prerouting  priority -10  by port: what a guest sends (tap), and what comes to it
//	                            through a firewall bridge of its own (fwln)
//	  forward     priority -10  the forward frame, then the lists of VNets by bridge
//	  postrouting priority -10  by port: what comes to a guest's tap
//
// Each of these chains, and each that they lead to, is in the kernel an entry of its name
// with a goto and nothing else, and a body, which has the hash of the content in its name.
// A set that was made anew bears another name there than in the program; see bind.go.
// The guests' chains are reached through one verdict map each, keyed on the port and
// the protocol of the frame. The priorities are below zero because br_netfilter,
// where it is on, continues behind priority zero and would skip whoever stands there.
package nft
