package policies.exposure.public_dns_egress_blocked_test

import data.policies.exposure.public_dns_egress_blocked as policy

messages(blocked, action) := {found.message |
	facts := {"action": action, "blocks_dns": blocked}
	some found in policy.report with input as {"facts": facts}
}

test_drop if {
	some message in messages(true, "DROP")
	startswith(message, "this DROP takes every query")
}

test_reject if {
	some message in messages(true, "REJECT")
	startswith(message, "this REJECT takes every query")
}

test_one_finding if count(messages(true, "DROP")) == 1

test_silent_elsewhere if messages(false, "DROP") == set()
