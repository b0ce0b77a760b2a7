package nft

import "github.com/pvefw/pvefw/internal/diag"

// The texts and examples of this package's rules.
var refusedPage = diag.Page{
	Why:  "The reference semantics promises what today's node does. A node that keeps its old rules cannot be described by new ones.",
	Fix:  "Correct the line, or compile with `--semantics intended`, which leaves it out and keeps the rest.",
	Bad:  "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[IPSET office]\n192.0.2.0/24\n192.0.2.5/24\n\n[RULES]\nIN SSH(ACCEPT) -source +office\n",
	Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[IPSET office]\n192.0.2.0/24\n\n[RULES]\nIN SSH(ACCEPT) -source +office\n",
}

var cannotExpressPage = diag.Page{
	Why:  "The ruleset lacks this line, so packets that it names are left to the lines below.",
	Fix:  "Say by addresses what the line cannot say here, or correct the value.",
	Bad:  "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\nFORWARD DROP -i vmbr1 -p tcp -dport 25\n",
	Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\nFORWARD DROP -source 192.0.2.0/24 -p tcp -dport 25\n",
}

var silentRejectPage = diag.Page{
	Why:  "A sender without an answer waits until it gives up, which looks like a fault of the network.",
	Fix:  "Nothing needs to be done where senders may wait. Reject at the guest, behind a firewall bridge, where they should not.",
	Bad:  "-- cluster.fw --\n[OPTIONS]\nenable: 1\n-- 100.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\nIN REJECT -p tcp -dport 25\n-- 100.conf --\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1\n",
	Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n-- 100.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\nIN DROP -p tcp -dport 25\n-- 100.conf --\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1\n",
}
