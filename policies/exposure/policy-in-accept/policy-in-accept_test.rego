package policies.exposure.policy_in_accept_test

import data.policies.exposure.policy_in_accept as policy

facts := {
	"kind": "vm",
	"enabled": true,
	"policy_in": "ACCEPT",
	"blocking_in": 0,
}

messages(change) := {found.message | some found in policy.report with input as {"facts": object.union(facts, change)}}

test_guest if messages({}) == {"policy_in is ACCEPT and no rule blocks anything: the firewall of the guest lets everything in"}

test_nodes if {
	some message in messages({"kind": "cluster"})
	contains(message, "the firewall of the nodes")
}

test_one_rule if messages({"blocking_in": 1}) == {"policy_in is ACCEPT and only one rule blocks anything"}

test_some_rules if messages({"blocking_in": 3}) == {"policy_in is ACCEPT and only 3 rules block anything"}

test_silent_under_drop if messages({"policy_in": "DROP"}) == set()

test_silent_when_off if messages({"enabled": false}) == set()
