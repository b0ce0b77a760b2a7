package policies.exposure.expired_rule_test

import data.policies.exposure.expired_rule as policy

found(date, state) := reported if {
	reported := policy.report with input as {"facts": {"expires": date, "expiry": state}}
}

test_past if found("2025-06-30", "past") == {{"message": "this rule was meant to stand until 2025-06-30", "remove": true}}

test_unreadable if {
	some one in found("tomorrow", "unreadable")
	startswith(one.message, "expires=tomorrow is no date")
}

test_silent_before if count(found("2999-12-31", "coming")) == 0

test_silent_without_date if count(found("", "")) == 0
