package policies.noeffect.rule_for_missing_nic_test

import data.policies.noeffect.rule_for_missing_nic as policy

owner := {"vmid": 100, "nics_known": true, "nics": [{"name": "net0"}]}

found(change, iface) := {[item.at, item.message] |
	some item in policy.report with input as {"owner": object.union(owner, change), "rules": [{"id": "100.fw:5", "iface": iface}]}
}

test_missing if found({}, "net1") == {["100.fw:5", "guest 100 has no net1, only net0"]}

test_no_device_at_all if found({"nics": []}, "net0") == {["100.fw:5", "guest 100 has no net0"]}

test_silent_when_it_exists if found({}, "net0") == set()

test_silent_without_binding if found({}, "") == set()

test_silent_without_configuration if found({"nics_known": false}, "net1") == set()
