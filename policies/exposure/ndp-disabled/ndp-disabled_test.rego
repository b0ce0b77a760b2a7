package policies.exposure.ndp_disabled_test

import data.policies.exposure.ndp_disabled as policy

facts := {
	"enabled": true,
	"ndp": false,
	"policy_in": "DROP",
	"policy_out": "ACCEPT",
	"speaks_ipv6": true,
}

severities(change) := {found.severity | some found in policy.report with input as {"facts": object.union(facts, change)}}

test_guest_with_ipv6 if severities({}) == {"warning"}

test_guest_without_ipv6 if severities({"speaks_ipv6": false}) == {"info"}

test_node_has_no_policy_of_its_own if {
	found := policy.report with input as {"facts": object.union(facts, {"policy_in": "", "policy_out": ""})}
	count(found) == 1
}

test_silent_when_all_passes if severities({"policy_in": "ACCEPT"}) == set()

test_silent_when_on if severities({"ndp": true}) == set()

test_silent_when_off if severities({"enabled": false}) == set()
