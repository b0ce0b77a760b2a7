package policies.lockout.management_rule_disabled_test

import data.policies.lockout.management_rule_disabled as policy

line(port) := {"id": "cluster.fw:5", "disabled": true, "ports": [{"proto": "tcp", "first": port, "last": port}]}

found(locked, broken) := {item.message |
	some item in policy.report with input as {
		"cluster": {"enabled": true},
		"access": {"nodes": [{"locked": locked}], "broken": [broken]},
	}
}

test_web_interface if {
	found(true, line(8006)) == {"this rule is disabled, and nothing else opens the web interface to anybody beyond the local network"}
}

test_ssh if {
	some message in found(true, line(22))
	contains(message, "SSH")
}

test_silent_when_somebody_gets_in if found(false, line(8006)) == set()

test_silent_about_other_faults if found(true, object.union(line(8006), {"disabled": false})) == set()
