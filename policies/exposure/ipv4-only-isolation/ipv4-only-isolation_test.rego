package policies.exposure.ipv4_only_isolation_test

import data.policies.exposure.ipv4_only_isolation as policy

found(isolates, open) := count(reported) if {
	reported := policy.report with input as {"facts": {"isolates": isolates, "lets_out": open}}
}

test_ipv4_alone if found(["IPv4"], ["IPv4", "IPv6"]) == 1

test_open_for_ipv6_alone if found(["IPv4"], ["IPv6"]) == 1

test_silent_when_both_are_isolated if found(["IPv4", "IPv6"], ["IPv4", "IPv6"]) == 0

test_silent_when_ipv6_is_closed if found(["IPv4"], ["IPv4"]) == 0

test_silent_about_other_rules if found([], []) == 0

test_everything_of_ipv4 if {
	some r in policy.report with input as {"facts": {"isolates": ["IPv4"], "lets_out": ["IPv6"], "catch_all": ["IPv4"]}}
	startswith(r.message, "from here on everything is closed")
	r.replace == [{"param": "dest", "text": ""}]
}
