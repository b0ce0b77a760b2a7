package policies.noeffect.nic_firewall_flag_missing_test

import data.policies.noeffect.nic_firewall_flag_missing as policy

net0 := {"at": "net0", "name": "net0"}

net1 := {"at": "net1", "name": "net1"}

facts := {"enabled": true, "nics": [net0, net1], "open_nics": [net1]}

found(change) := {[item.at, item.message] |
	some item in policy.report with input as {"owner": {"vmid": 100}, "facts": object.union(facts, change)}
}

test_unflagged_device if {
	found({}) == {["net1", "net1 of guest 100 has no firewall=1, so the guest's firewall does not apply to it"]}
}

test_only_device if {
	found({"nics": [net1]}) == {["net1", "net1 of guest 100 has no firewall=1, so nothing of the guest's firewall is in force"]}
}

test_silent_when_all_are_flagged if found({"open_nics": []}) == set()

test_silent_when_the_guest_is_disabled if found({"enabled": false}) == set()
