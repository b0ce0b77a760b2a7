package policies.noeffect.guest_firewall_not_enabled_test

import data.policies.noeffect.guest_firewall_not_enabled as policy

owner := {"vmid": 100, "enabled": false}

found(change, rules) := reported if {
	reported := policy.report with input as {"owner": object.union(owner, change), "facts": {"live_rules": rules}}
}

test_no_switch if {
	found({}, 2) == {{"message": "guest 100 has 2 rules, and its [OPTIONS] do not say enable: 1"}}
}

test_switched_off if {
	{[item.at, item.severity] | some item in found({"enable": {"id": "100.fw:2", "value": "0"}}, 1)} == {["100.fw:2", "info"]}
}

test_silent_when_enabled if found({"enabled": true}, 1) == set()

test_silent_without_rules if found({}, 0) == set()
