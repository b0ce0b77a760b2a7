package policies.exposure.accept_any_test

import data.policies.exposure.accept_any as policy

facts := {
	"direction": "in",
	"action": "ACCEPT",
	"on_host": true,
	"on_guest": false,
	"host_interfaces": [""],
	"catch_all": ["IPv4", "IPv6"],
	"any_source": ["IPv4", "IPv6"],
	"own_dest": false,
	"every_port": true,
	"under_accept_policy": false,
}

guest := {"on_host": false, "host_interfaces": [], "on_guest": true}

to_itself := object.union(guest, {"catch_all": [], "own_dest": true})

messages(change) := {found.message | some found in policy.report with input as {"facts": object.union(facts, change)}}

test_node if {
	some message in messages({})
	endswith(message, "SSH and the web interface among them, is open")
}

test_one_family_of_a_node if {
	some message in messages({"catch_all": ["IPv4"]})
	startswith(message, "this rule accepts everything of IPv4:")
}

test_uplink_bridge if count(messages({"host_interfaces": ["vmbr0"]})) == 1

test_guest if messages(guest) == {"this rule accepts everything: the guest's policy_in decides nothing"}

test_guest_by_its_own_addresses if count(messages(to_itself)) == 1

test_silent_on_some_ports_of_its_own_addresses if {
	count(messages(object.union(to_itself, {"every_port": false}))) == 0
}

test_silent_on_one_family_of_a_guest if count(messages(object.union(guest, {"catch_all": ["IPv6"]}))) == 0

test_silent_under_an_accept_policy if count(messages(object.union(guest, {"under_accept_policy": true}))) == 0

test_silent_on_internal_bridge if count(messages({"host_interfaces": ["vmbr4"]})) == 0

test_silent_when_narrowed if count(messages({"catch_all": []})) == 0

test_silent_on_drop if count(messages({"action": "DROP"})) == 0

test_silent_on_out if count(messages({"direction": "out"})) == 0
