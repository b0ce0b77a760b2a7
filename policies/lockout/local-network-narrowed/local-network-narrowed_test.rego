package policies.lockout.local_network_narrowed_test

import data.policies.lockout.local_network_narrowed as policy

override := {"id": "cluster.fw:4", "text": "10.0.0.1", "host": true, "outside": [], "peers": 0}

found(change, sets) := {item.message |
	some item in policy.report with input as {"sets": sets, "access": {"overridden": object.union(override, change)}}
}

entries := [{"name": "management", "entries": [{"live": true}]}]

test_outside if {
	found({"outside": ["pve2 10.0.0.2"], "peers": 2}, entries) == {"local_network is 10.0.0.1 here, and neither it nor the set management covers pve2 10.0.0.2"}
}

test_single_address if count(found({}, [])) == 1

test_silent_about_a_single_address_with_management if found({}, entries) == set()

test_silent_about_networks if found({"host": false}, []) == set()

test_silent_when_all_are_covered if found({"peers": 3}, []) == set()

test_silent_without_alias if found({"id": ""}, []) == set()
