package policies.dead.disabled_rule_stale_test

import data.policies.dead.disabled_rule_stale as policy

found(twin, date) := {item.at: item.message |
	rule := {"at": "rule 0", "twin": twin, "date": date}
	some item in policy.report with input as {"facts": {"leftovers": [rule]}}
}

test_twin if found(7, "") == {"rule 0": "this disabled rule stands enabled in line 7"}

test_date if found(0, "2025-01-31") == {"rule 0": "this disabled rule was meant to stand until 2025-01-31"}

test_both_are_one_finding if count(found(7, "2025-01-31")) == 1

test_silent_without if {
	reported := policy.report with input as {"facts": {"leftovers": []}}
	count(reported) == 0
}
