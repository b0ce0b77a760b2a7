package policies.lockout.policy_out_locks_out_test

import data.policies.lockout.policy_out_locks_out as policy

host := {"id": "cluster.fw:4", "policy": "DROP", "closed": ["DNS", "NTP"]}

guest := {"vmid": 100, "id": "100.fw:3", "dns": false, "web": true, "dhcp": true}

found(hosts, guests) := {[item.severity, item.at] | some item in policy.report with input as {"egress": {"hosts": hosts, "guests": guests}}}

test_host if found([host, host], []) == {["error", "cluster.fw:4"]}

test_host_with_names if found([object.union(host, {"closed": ["NTP"]})], []) == {["warning", "cluster.fw:4"]}

test_guest if found([], [guest]) == {["warning", "100.fw:3"]}

test_sealed_guest if found([], [object.union(guest, {"web": false})]) == {["info", "100.fw:3"]}

test_dhcp_is_named if {
	some item in policy.report with input as {"egress": {"hosts": [], "guests": [object.union(guest, {"dhcp": false})]}}
	contains(item.message, "DNS and DHCP")
}

test_silent_about_open_hosts if found([object.union(host, {"policy": "ACCEPT"})], []) == set()

test_silent_about_guests_with_names if found([], [object.union(guest, {"dns": true})]) == set()
