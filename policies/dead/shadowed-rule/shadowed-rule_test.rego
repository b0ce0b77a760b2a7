package policies.dead.shadowed_rule_test

import data.policies.dead.shadowed_rule as policy

found(action, opposed, partly) := reported if {
	facts := {"fate": "shadowed", "behind": "", "action": action, "cover": {"opposed": opposed, "partly": partly, "mixed": false, "builtin": false}}
	reported := policy.report with input as {"facts": facts}
}

test_exposure if {
	some one in found("DROP", "ACCEPT", false)
	one.severity == "error"
	one.message == "this DROP blocks nothing: {blockers} accepted all its packets before"
}

test_outage if {
	some one in found("ACCEPT", "REJECT", false)
	one.severity == "warning"
	contains(one.effect, "let pass is blocked")
}

test_repeated if {
	some one in found("ACCEPT", "", false)
	one.severity == "info"
	contains(one.message, "never reached")
}

test_exceptions_and_the_same_again if {
	cover := {"opposed": "ACCEPT", "partly": false, "mixed": true, "builtin": false}
	facts := {"fate": "shadowed", "behind": "", "action": "DROP", "cover": cover}
	some one in policy.report with input as {"facts": facts}
	one.severity == "info"
}

test_other_answer if {
	some one in found("REJECT", "DROP", false)
	one.severity == "info"
}

test_in_some_places if {
	some one in found("DROP", "ACCEPT", true)
	one.severity == "info"
	contains(one.message, "blocks nothing in {uses}:")
}

test_one_finding if {
	every action in {"ACCEPT", "DROP", "REJECT"} {
		every opposed in {"ACCEPT", "DROP", "REJECT", ""} - {action} {
			count(found(action, opposed, false)) == 1
		}
	}
}

test_silent_below_a_catch_all if {
	facts := {"fate": "shadowed", "behind": "DROP", "action": "DROP", "cover": {"opposed": "", "partly": false}}
	count(policy.report) == 0 with input as {"facts": facts}
}

test_silent_where_a_builtin_is_repeated if {
	cover := {"opposed": "", "partly": false, "mixed": false, "builtin": true}
	facts := {"fate": "shadowed", "behind": "", "action": "ACCEPT", "cover": cover}
	count(policy.report) == 0 with input as {"facts": facts}
}

test_silent_elsewhere if {
	facts := {"fate": "alive", "behind": "", "action": "DROP", "cover": {"opposed": "", "partly": false}}
	count(policy.report) == 0 with input as {"facts": facts}
}
