package iptables

import "github.com/pvefw/pvefw/internal/diag"

// The texts and examples of this package's rules.
var refusedPage = diag.Page{
	Why:  "From that moment no change to any file reaches the node, and a node that starts has no firewall at all.",
	Fix:  "Correct the line that the finding names; it is one of a few that the daemon reads only when all files are in.",
	Bad:  "-- cluster.fw --\n[OPTIONS]\nenable: 1\nlog_ratelimit: rate=5/second\n",
	Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\nlog_ratelimit: enable=1,rate=5/second\n",
}

var cannotExpressPage = diag.Page{
	Why:  "The traffic that the rule is about is not filtered where this text is loaded.",
	Fix:  "Filter at the guests instead, or compile for nft and run the nodes with it.",
	Bad:  "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\nFORWARD DROP -p tcp -dport 25\n",
	Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n-- 100.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\nOUT DROP -p tcp -dport 25\n",
}
