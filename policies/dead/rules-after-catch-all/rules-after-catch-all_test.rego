package policies.dead.rules_after_catch_all_test

import data.policies.dead.rules_after_catch_all as policy

found(behind, action) := reported if {
	reported := policy.report with input as {"facts": {"behind": behind, "action": action}}
}

test_accept_behind_drop if {
	some one in found("DROP", "ACCEPT")
	contains(one.message, "a DROP above")
	contains(one.effect, "let pass is blocked")
}

test_drop_behind_accept if {
	some one in found("ACCEPT", "DROP")
	contains(one.effect, "should block passes")
}

test_accept_behind_accept if {
	some one in found("ACCEPT", "ACCEPT")
	contains(one.effect, "passes anyway")
}

test_drop_behind_reject if {
	some one in found("REJECT", "DROP")
	contains(one.effect, "blocked anyway")
}

test_silent_elsewhere if count(found("", "ACCEPT")) == 0
