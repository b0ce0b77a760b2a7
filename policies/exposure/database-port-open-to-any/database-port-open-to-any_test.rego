package policies.exposure.database_port_open_to_any_test

import data.policies.exposure.database_port_open_to_any as policy

facts := {
	"direction": "in",
	"action": "ACCEPT",
	"on_guest": true,
	"host_interfaces": [],
	"any_source": ["IPv4"],
	"private_dest": false,
	"source_port_only": false,
	"ports": [{"proto": "tcp", "first": 5432, "last": 5432}],
}

messages(change) := {found.message | some found in policy.report with input as {"facts": object.union(facts, change)}}

port(proto, first, last) := {"ports": [{"proto": proto, "first": first, "last": last}]}

test_guest if messages({}) == {"this rule opens PostgreSQL (5432) to every IPv4 source"}

test_node if count(messages({"on_guest": false, "host_interfaces": [""]})) == 1

test_several_in_a_range if messages(port("tcp", 9040, 9049)) == {"this rule opens Cassandra (9042) to every IPv4 source"}

test_udp if count(messages(port("udp", 11211, 11211))) == 1

test_silent_on_wide_ranges if messages(port("tcp", 5900, 5999)) == set()

test_silent_on_the_other_protocol if messages(port("udp", 5432, 5432)) == set()

test_silent_with_a_source if messages({"any_source": []}) == set()

test_silent_where_nobody_looks if messages({"on_guest": false}) == set()

test_silent_on_internal_bridge if messages({"on_guest": false, "host_interfaces": ["vmbr4"]}) == set()

test_silent_on_drop if messages({"action": "DROP"}) == set()
