package policies.noeffect.rule_for_missing_nic_test

import data.policies.noeffect.rule_for_missing_nic as policy

found(missing) := {item.message | some item in policy.report with input as {"facts": {"missing_nic": missing}}}

test_missing if found("others") == {"{guest} has no {interface}, only {nics}"}

test_no_device_at_all if found("all") == {"{guest} has no {interface}"}

test_silent_when_it_exists if found("") == set()

test_once_at_the_rule_itself if {
	all_found := policy.report with input as {"facts": {"missing_nic": "all"}}
	count(all_found) == 1
	every item in all_found {
		not item.at
	}
}
