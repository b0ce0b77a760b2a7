package policies.noeffect.host_firewall_disabled_with_rules_test

import data.policies.noeffect.host_firewall_disabled_with_rules as policy

owner := {"name": "pve1", "enabled": false, "enable": {"id": "host.fw:2", "value": "0"}}

found(change, rules) := {[item.at, item.message] | some item in policy.report with input as {"owner": object.union(owner, change), "rules": rules}}

test_one_rule if {
	found({}, [1]) == {["host.fw:2", "this switches the firewall of node pve1 off, so the rule below does nothing"]}
}

test_rules_of_an_unnamed_node if {
	some [_, message] in found({"name": ""}, [1, 2])
	message == "this switches the firewall of the node off, so the 2 rules of this file do nothing"
}

test_silent_without_rules if found({}, []) == set()

test_silent_when_enabled if found({"enabled": true}, [1]) == set()
