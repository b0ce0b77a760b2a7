package policies.dead.accept_under_accept_policy_test

import data.policies.dead.accept_under_accept_policy as policy

messages(list) := {one.message |
	facts := {"accept_list": list, "direction": "out"}
	some one in policy.report with input as {"facts": facts}
}

test_list if messages(8) == {"policy_out is ACCEPT, so the 8 ACCEPT rules from here on decide nothing"}

test_single if messages(1) == {"policy_out is ACCEPT, so this ACCEPT decides nothing"}

test_silent_at_the_others if messages(-1) == set()

test_silent_elsewhere if messages(0) == set()
