package verify

import "github.com/pvefw/pvefw/internal/diag"

// pages are the texts and examples of this package's rules, by code.
var pages = map[string]diag.Page{
	"test-invalid": {
		Why: "A test that nobody runs is worse than none: it is there to be relied on.",
		Fix: "Correct the word as the finding says. Names are those of the configuration: guests and nodes that are there, its aliases and sets, its tags.",
		Bad: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n-- 100.fw --\n[OPTIONS]\nenable: 1\n" +
			"-- promises.pvefw-test.yaml --\ntests:\n  - name: Nobody reaches SSH from outside\n    deny: {to: vm101, service: SHS}\n",
		Good: "-- cluster.fw --\n[OPTIONS]\nenable: 1\n-- 100.fw --\n[OPTIONS]\nenable: 1\n" +
			"-- promises.pvefw-test.yaml --\ntests:\n  - name: Nobody reaches SSH from outside\n    deny: {to: vm100, service: SSH}\n",
	},
}
