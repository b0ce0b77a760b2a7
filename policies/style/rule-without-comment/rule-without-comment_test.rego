package policies.style.rule_without_comment_test

import data.policies.style.rule_without_comment as policy

found(commented, named, direction) := count(reported) if {
	facts := {"commented": commented, "named": named, "direction": direction}
	reported := policy.report with input as {"facts": facts}
}

test_bare_rule if found(false, false, "in") == 1

test_silent_with_a_comment if found(true, false, "in") == 0

test_silent_with_a_macro if found(false, true, "out") == 0

test_silent_on_groups if found(false, false, "group") == 0
