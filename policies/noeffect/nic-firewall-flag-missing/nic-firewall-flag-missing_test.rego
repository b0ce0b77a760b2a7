package policies.noeffect.nic_firewall_flag_missing_test

import data.policies.noeffect.nic_firewall_flag_missing as policy

net0 := {"id": "100.conf:3", "name": "net0", "bridge": "vmbr0", "firewall": true}

net1 := {"id": "100.conf:4", "name": "net1", "bridge": "vmbr1", "firewall": false}

owner := {"vmid": 100, "enabled": true, "nics_known": true, "nics": [net0, net1]}

places(change) := {found.at | some found in policy.report with input as {"owner": object.union(owner, change)}}

test_unflagged_device if places({}) == {"100.conf:4"}

test_silent_when_all_are_flagged if places({"nics": [net0]}) == set()

test_silent_when_the_guest_is_disabled if places({"enabled": false}) == set()

test_silent_without_configuration if places({"nics_known": false}) == set()

test_silent_without_bridge if places({"nics": [object.union(net1, {"bridge": ""})]}) == set()
