package policies.exposure.management_port_open_to_any_test

import data.policies.exposure.management_port_open_to_any as policy

facts := {
	"on_host": true,
	"direction": "in",
	"action": "ACCEPT",
	"host_interfaces": [""],
	"any_source": ["IPv4", "IPv6"],
	"private_dest": false,
	"catch_all": [],
	"source_port_only": false,
	"ports": [{"proto": "tcp", "first": 22, "last": 22}],
}

messages(change) := {found.message | some found in policy.report with input as {"facts": object.union(facts, change)}}

port(proto, first, last) := {"ports": [{"proto": proto, "first": first, "last": last}]}

test_ssh if messages({}) == {"this rule opens SSH (22) to every IPv4 and IPv6 source"}

test_one_family if messages({"any_source": ["IPv6"]}) == {"this rule opens SSH (22) to every IPv6 source"}

test_range_over_several if {
	messages(port("tcp", 3000, 9000)) == {concat("", [
		"this rule opens the web interface (8006), the SPICE proxy (3128) and the VNC consoles (5900:5999) ",
		"to every IPv4 and IPv6 source",
	])}
}

test_every_port if {
	some message in messages(port("tcp", 0, 65535))
	startswith(message, "this rule opens every port of the node")
}

test_uplink_bridge if count(messages({"host_interfaces": ["vmbr0"]})) == 1

test_nfs_over_udp if count(messages(port("udp", 2049, 2049))) == 1

test_silent_on_udp_22 if messages(port("udp", 22, 22)) == set()

test_silent_on_other_ports if messages(port("tcp", 443, 443)) == set()

test_silent_on_internal_bridge if messages({"host_interfaces": ["vmbr4"]}) == set()

test_silent_with_a_source if messages({"any_source": []}) == set()

test_silent_towards_a_private_address if messages({"private_dest": true}) == set()

test_silent_when_everything_is_open if messages({"catch_all": ["IPv4"]}) == set()

test_silent_on_source_port if messages({"source_port_only": true}) == set()

test_silent_on_drop if messages({"action": "DROP"}) == set()

test_silent_on_out if messages({"direction": "out"}) == set()

test_silent_on_guests if messages({"on_host": false}) == set()
