package load

import "github.com/pvefw/pvefw/internal/diag"

// pages are the texts and examples of this package's rules, by code.
var pages = map[string]diag.Page{
	"file-never-read": {
		Why:  "Somebody has written rules down and believes them to be in force.",
		Fix:  "Move the contents into a file that is read, or delete the file. What is not for Proxmox should not be named `.fw`.",
		Bad:  "-- cluster.fw --\n[OPTIONS]\nenable: 1\n-- groups.fw --\n[group web]\nIN HTTPS(ACCEPT)\n",
		Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[group web]\nIN HTTPS(ACCEPT)\n",
	},
	"settings-invalid": {
		Why:  "A rule that is switched off by a misspelt word is still on, or the other way round, and nobody notices.",
		Fix:  "Correct the word as the finding says.",
		Bad:  "-- .pvefw.yaml --\nlint:\n  fail-level: warning\n-- cluster.fw --\n[OPTIONS]\nenable: 1\n",
		Good: "-- .pvefw.yaml --\nlint:\n  fail_level: warning\n-- cluster.fw --\n[OPTIONS]\nenable: 1\n",
	},
}
