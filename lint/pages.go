package lint

import "github.com/pvefw/pvefw/internal/diag"

// pages are the texts and examples of this package's rules, by code.
var pages = map[string]diag.Page{
	"ignore-incomplete": {
		Why:  "A finding that is silenced without a reason stays silenced for ever, because nobody dares to take the directive away.",
		Fix:  "Write the code and, behind it, why the finding does not count here.",
		Bad:  "-- 100.fw --\n[RULES]\nIN ACCEPT -p tcp -dport 5432 # pvefw:ignore database-port-open-to-any\n",
		Good: "-- 100.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\nIN ACCEPT -p tcp -dport 5432 # pvefw:ignore database-port-open-to-any the bridge has no uplink\n",
	},
	"ignore-unused": {
		Why:  "Directives that silence nothing wear out the eye for those that do.",
		Fix:  "Delete the directive, or correct its code.",
		Bad:  "-- 100.fw --\n[RULES]\nIN ACCEPT -source 192.0.2.7 -p tcp -dport 5432 # pvefw:ignore database-port-open-to-any only the backup server\n",
		Good: "-- 100.fw --\n[RULES]\nIN ACCEPT -source 192.0.2.7 -p tcp -dport 5432 # only the backup server\n",
	},
	"ignore-expired": {
		Why:  "The date was a promise to look again. That day has come.",
		Fix:  "Mend what the entry silenced and delete it, or give it a later date and a reason that still holds.",
		Bad:  "-- .pvefw.yaml --\nlint:\n  ignores:\n    - {code: database-port-open-to-any, object: guest 100, reason: until the move, expires: 2024-06-30}\n-- 100.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\nIN ACCEPT -p tcp -dport 5432\n",
		Good: "-- 100.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\nIN ACCEPT -source 192.0.2.7 -p tcp -dport 5432\n",
	},
}
