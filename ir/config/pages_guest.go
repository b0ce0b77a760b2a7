package config

import "github.com/pvefw/pvefw/internal/diag"

// guestPages are about remarks_guest.go.
var guestPages = map[string]diag.Page{
	"nft-option-ignored": {
		Why: "With nftables: 1 in host.fw the option is gone without a word, and with it the inspection that it stands for.",
		Fix: "Nothing needs to be done while the node runs pve-firewall. Before it changes to nftables, find another place for what the option does; " +
			"a node that needs it stays with pve-firewall.",
		Bad:  "-- 100.fw --\n[OPTIONS]\nenable: 1\nips: 1\nips_queues: 0\n",
		Good: "-- 100.fw --\n[OPTIONS]\nenable: 1\nips: 0\n",
	},
	"ftp-needs-helper": {
		Why: "Loading nf_conntrack_ftp by hand, as many guides have it, used to be enough and no longer is. Logging in works, so the fault is looked for elsewhere.",
		Fix: "Write `nf_conntrack_helpers: ftp` into the options of host.fw, or give the server a fixed range of passive ports and let that range in.",
		Bad: "-- host.fw --\n[OPTIONS]\nenable: 1\n\n-- 100.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\nIN FTP(ACCEPT)\n",
		Good: "-- host.fw --\n[OPTIONS]\nnf_conntrack_helpers: ftp\n\n-- 100.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\nIN FTP(ACCEPT)\n\n" +
			"-- 101.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\nIN ACCEPT -p tcp -dport 21,50000:50100\n",
	},
}
