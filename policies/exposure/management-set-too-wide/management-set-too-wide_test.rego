package policies.exposure.management_set_too_wide_test

import data.policies.exposure.management_set_too_wide as policy

low := {"at": "set management 0", "set": "management", "text": "0.0.0.0/1", "family": "IPv4", "bits": 1, "opens": []}

high := {"at": "set management 1", "set": "management", "text": "128.0.0.0/1", "family": "IPv4", "bits": 1, "opens": []}

part := {"at": "set management 2", "set": "management", "text": "2000::/12", "family": "IPv6", "bits": 12, "opens": []}

public(first, last) := object.union(low, {"set": "public", "opens": [{"proto": "tcp", "first": first, "last": last}]})

found(entries, kind) := {item.at: item.message |
	some item in policy.report with input as {"facts": {"kind": kind, "wide": entries}}
}

test_two_halves_are_one_finding if {
	found([low, high], "cluster") == {"set management 0": concat("", [
		"0.0.0.0/1 is in set management, and 1 more like it: ",
		"half of all IPv4 addresses may manage the nodes",
	])}
}

test_each_family if object.keys(found([low, part], "cluster")) == {"set management 0", "set management 2"}

test_size_is_named if {
	endswith(found([part], "cluster")["set management 2"], "a /12 of public IPv6 addresses has no single owner")
}

test_set_that_a_rule_opens_ssh_to if count(found([public(20, 30)], "cluster")) == 1

test_silent_about_other_ports if count(found([public(443, 443)], "cluster")) == 0

test_silent_about_a_guest_set if count(found([low], "vm")) == 0

test_silent_about_narrow_sets if count(found([], "cluster")) == 0
