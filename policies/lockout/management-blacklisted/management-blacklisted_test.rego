package policies.lockout.management_blacklisted_test

import data.policies.lockout.management_blacklisted as policy

stopped := {"kind": "management", "id": "cluster.fw:5", "name": "192.0.2.7", "extent": "none", "by": {"kind": "blacklist"}}

found(change) := [[item.at, item.message] |
	some item in policy.report with input as {"access": {"nodes": [{"stopped": [object.union(stopped, change)]}]}}
]

test_whole_entry if found({}) == [["cluster.fw:5", "192.0.2.7 of the set management is in the blacklist"]]

test_part_of_an_entry if {
	some [_, message] in found({"extent": "part"})
	endswith(message, "in part")
}

test_silent_behind_a_rule if found({"by": {"kind": "rule"}}) == []

test_silent_about_others if found({"kind": "peer"}) == []
