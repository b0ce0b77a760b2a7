package policies.exposure.corosync_over_tcp_test

import data.policies.exposure.corosync_over_tcp as policy

found(change, proto, first, last) := count(reported) if {
	facts := {"on_host": true, "action": "ACCEPT", "ports": [{"proto": proto, "first": first, "last": last}]}
	reported := policy.report with input as {"facts": object.union(facts, change)}
}

test_old_ports if found({}, "tcp", 5404, 5405) == 1

test_new_ports if found({}, "tcp", 5405, 5412) == 1

test_silent_on_udp if found({}, "udp", 5405, 5412) == 0

test_silent_on_wider_ranges if found({}, "tcp", 5000, 6000) == 0

test_silent_on_guests if found({"on_host": false}, "tcp", 5404, 5405) == 0

test_silent_on_drop if found({"action": "DROP"}, "tcp", 5404, 5405) == 0
