package policies.exposure.spoofing_possible_test

import data.policies.exposure.spoofing_possible as policy

nic := {"at": "net0", "name": "net0", "firewall": true, "shared": true, "set": "missing"}

messages(change, device) := {found.message |
	facts := object.union({"enabled": true, "macfilter": true, "ipfilter": false, "nics": [object.union(nic, device)]}, change)
	some found in policy.report with input as {"facts": facts}
}

test_ip if {
	messages({}, {}) == {"net0 shares its bridge with other guests, and nothing checks which IP addresses it sends from"}
}

test_mac_and_ip if {
	some message in messages({"macfilter": false}, {})
	endswith(message, "MAC address and IP addresses it sends from")
}

test_mac_alone if {
	some message in messages({"macfilter": false}, {"set": "filled"})
	endswith(message, "which MAC address it sends from")
}

test_silent_with_ipfilter if messages({"ipfilter": true}, {}) == set()

test_silent_with_a_set if messages({}, {"set": "filled"}) == set()

test_silent_alone_on_the_bridge if messages({}, {"shared": false}) == set()

test_silent_without_firewall if messages({}, {"firewall": false}) == set()

test_silent_when_off if messages({"enabled": false}, {}) == set()
