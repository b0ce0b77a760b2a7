package policies.lockout.catch_all_before_builtins_test

import data.policies.lockout.catch_all_before_builtins as policy

facts := {
	"on_host": true,
	"direction": "in",
	"action": "DROP",
	"host_interfaces": [""],
	"catch_all": ["IPv4", "IPv6"],
}

fires(change) if count(policy.report) == 1 with input as {"facts": object.union(facts, change)}

test_drop if fires({})

test_reject if fires({"action": "REJECT"})

test_group_used_with_and_without_interface if fires({"host_interfaces": ["", "vmbr1"]})

test_one_family_is_named if {
	some found in policy.report with input as {"facts": object.union(facts, {"catch_all": ["IPv4"]})}
	contains(found.message, "every IPv4 packet")
}

test_silent_on_accept if not fires({"action": "ACCEPT"})

test_silent_on_out if not fires({"direction": "out"})

test_silent_on_guests if not fires({"on_host": false})

test_silent_behind_an_interface if not fires({"host_interfaces": ["vmbr1"]})

test_silent_with_a_match if not fires({"catch_all": []})
