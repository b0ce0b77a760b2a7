package policies.dead.redundant_rule_test

import data.policies.dead.redundant_rule as policy

messages(restates, direction, action) := {one.message |
	facts := {"restates_policy": restates, "direction": direction, "action": action}
	some one in policy.report with input as {"facts": facts}
}

test_in if {
	some message in messages(true, "in", "DROP")
	startswith(message, "policy_in is DROP")
}

test_out if {
	some message in messages(true, "out", "REJECT")
	startswith(message, "policy_out is REJECT")
}

test_one_finding if count(messages(true, "in", "DROP")) == 1

test_silent_elsewhere if count(messages(false, "in", "DROP")) == 0
