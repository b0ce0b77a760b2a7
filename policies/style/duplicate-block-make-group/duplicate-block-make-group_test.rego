package policies.style.duplicate_block_make_group_test

import data.policies.style.duplicate_block_make_group as policy

found(guests) := {item.at: item.message |
	block := {"at": "100.fw:2", "rules": 4, "guests": guests}
	some item in policy.report with input as {"repeated": [block]}
}

test_guests_are_named if {
	found([100, 101, 102]) == {"100.fw:2": concat("", [
		"from here on 4 rules stand in 3 guests alike (100, 101, 102): ",
		"a security group would hold them once",
	])}
}

test_many_guests_are_cut if contains(found([1, 2, 3, 4, 5, 6])["100.fw:2"], "in 6 guests alike (1, 2, 3, 4, 5, ...)")

test_one_finding_each if count(found([1, 2, 3])) == 1

test_silent_without if {
	reported := policy.report with input as {"repeated": []}
	count(reported) == 0
}
