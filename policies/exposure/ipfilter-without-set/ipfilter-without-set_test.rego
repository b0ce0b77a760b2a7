package policies.exposure.ipfilter_without_set_test

import data.policies.exposure.ipfilter_without_set as policy

nic(name, set) := {"name": name, "firewall": true, "set": set}

facts := {
	"enabled": true,
	"ipfilter": true,
	"nics_known": true,
	"nics": [nic("net0", "missing")],
	"ipfilter_sets": 0,
}

messages(change) := {found.message | some found in policy.report with input as {"facts": object.union(facts, change)}}

test_missing if messages({}) == {"ipfilter is on and the set ipfilter-net0 names no address that the guest may use"}

test_empty if count(messages({"nics": [nic("net0", "empty")]})) == 1

test_two_devices if {
	some message in messages({"nics": [nic("net1", "missing"), nic("net0", "empty")]})
	contains(message, "the sets ipfilter-net0 and ipfilter-net1 name")
}

test_unknown_devices_without_any_set if {
	messages({"nics_known": false, "nics": []}) == {"ipfilter is on and no [IPSET ipfilter-netN] says which addresses the guest may use"}
}

test_silent_about_unknown_devices_with_a_set if messages({"nics_known": false, "nics": [], "ipfilter_sets": 1}) == set()

test_silent_with_addresses if messages({"nics": [nic("net0", "filled")]}) == set()

test_silent_without_firewall if messages({"nics": [{"name": "net0", "firewall": false, "set": "missing"}]}) == set()

test_silent_when_off if messages({"ipfilter": false}) == set()

test_silent_when_the_guest_is_off if messages({"enabled": false}) == set()
