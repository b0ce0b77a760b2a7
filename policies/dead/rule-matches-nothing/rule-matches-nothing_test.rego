package policies.dead.rule_matches_nothing_test

import data.policies.dead.rule_matches_nothing as policy

found(fate, action, without_entries) := reported if {
	facts := {"fate": fate, "action": action, "matches_nothing": without_entries}
	reported := policy.report with input as {"facts": facts}
}

test_empty_set if {
	some one in found("empty", "DROP", true)
	one.message == "no packet can match this DROP: a set that it names has no entries"
	contains(one.effect, "blocks nothing")
}

test_other_reason if {
	some one in found("empty", "ACCEPT", false)
	one.message == "no packet can match this ACCEPT"
}

test_in_no_list if {
	count(found("unknown", "ACCEPT", true)) == 1
	count(found("unknown", "ACCEPT", false)) == 0
}

test_one_finding if count(found("empty", "REJECT", true)) == 1

test_silent_elsewhere if count(found("shadowed", "DROP", false)) == 0
