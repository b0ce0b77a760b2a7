package policies.dead.redundant_rule_test

import data.policies.dead.redundant_rule as policy

messages(fate, list, heir) := {one.message |
	facts := {"fate": fate, "accept_list": list, "action": "DROP", "cover": {"heir": heir}}
	some one in policy.report with input as {"facts": facts}
}

test_policy if messages("redundant", 0, "policy") == {"this DROP changes nothing: {heirs} is DROP"}

test_rule_below if messages("redundant", 0, "rule") == {"this DROP changes nothing: {heirs} below does the same"}

test_silent_in_accept_lists if {
	messages("redundant", 3, "policy") == set()
	messages("redundant", -1, "policy") == set()
}

test_silent_elsewhere if messages("alive", 0, "") == set()
