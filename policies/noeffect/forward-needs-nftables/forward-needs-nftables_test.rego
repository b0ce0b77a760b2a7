package policies.noeffect.forward_needs_nftables_test

import data.policies.noeffect.forward_needs_nftables as policy

file := {"kind": "cluster", "node": "", "nftables": false, "policy": "ACCEPT", "policy_id": "", "rules": 0, "id": ""}

found(change, forward) := {[item.at, item.message] |
	some item in policy.report with input as {"forward": object.union({"files": [object.union(file, change)]}, forward)}
}

iptables := {"iptables": ["pve1"], "nftables": []}

test_policy if {
	found({"policy": "DROP", "policy_id": "cluster.fw:3"}, iptables) == {["cluster.fw:3", "policy_forward: DROP has no effect on pve1, whose host.fw does not say nftables: 1"]}
}

test_rules if {
	some [at, message] in found({"rules": 4, "id": "cluster.fw:9"}, iptables)
	at == "cluster.fw:9"
	startswith(message, "the 4 FORWARD rules from here on have no effect")
}

test_host_rule if {
	some [_, message] in found({"kind": "host", "node": "pve2", "rules": 1, "id": "host.fw:9"}, iptables)
	startswith(message, "this FORWARD rule has no effect on pve2")
}

test_unknown_nodes if {
	some [_, message] in found({"rules": 1, "id": "cluster.fw:9"}, {"iptables": [], "nftables": []})
	contains(message, "on a node")
}

test_silent_under_nftables if found({"policy": "DROP", "rules": 1}, {"iptables": [], "nftables": ["pve1"]}) == set()

test_silent_in_host_fw_under_nftables if found({"kind": "host", "nftables": true, "rules": 1}, iptables) == set()

test_silent_about_the_default if found({"policy_id": "cluster.fw:3"}, iptables) == set()
