package policies.lockout.management_single_family_test

import data.policies.lockout.management_single_family as policy

v4 := {"name": "IPv4", "managed": true, "web": "part"}

v6 := {"name": "IPv6", "managed": false, "web": "none"}

found(families) := {item.message |
	some item in policy.report with input as {
		"sets": [{"name": "management", "id": "cluster.fw:4"}],
		"access": {"nodes": [{"node": "pve1", "families": families}]},
	}
}

test_closed if {
	found([v4, v6]) == {"the set management has no IPv6 address, and no rule opens the web interface of pve1 over IPv6"}
}

test_silent_when_a_rule_opens if found([v4, object.union(v6, {"web": "part"})]) == set()

test_silent_with_one_family if found([v4]) == set()

test_silent_when_the_set_is_empty if found([object.union(v4, {"managed": false}), v6]) == set()
