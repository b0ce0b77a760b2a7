package policies.lockout.cluster_traffic_blocked_test

import data.policies.lockout.cluster_traffic_blocked as policy

flow := {
	"what": "migration over SSH (TCP 22)", "direction": "in", "node": "pve1", "peer": "node pve2",
	"asked": "datacenter.cfg:1", "witness": "w", "by": {"kind": "policy", "id": "", "text": ""},
}

found(list) := {[item.at, item.message] | some item in policy.report with input as {"cluster": {"id": "cluster.fw"}, "traffic": list}}

test_in if {
	found([flow]) == {["cluster.fw", "migration over SSH (TCP 22) does not get into pve1 from node pve2: w meets policy_in"]}
}

test_out_at_a_rule if {
	rule := {"kind": "rule", "id": "host.fw:3", "text": "OUT DROP"}
	some [at, message] in found([object.union(flow, {"direction": "out", "by": rule})])
	at == "host.fw:3"
	contains(message, "does not get out of pve1 to node pve2: w meets \"OUT DROP\"")
}

test_one_finding_for_many_nodes if {
	some [_, message] in found([flow, object.union(flow, {"node": "pve3"})])
	contains(message, "into pve1, pve3 from node pve2")
}

test_the_line_that_asks_is_shown if {
	some item in policy.report with input as {"cluster": {"id": "cluster.fw"}, "traffic": [flow]}
	item.related == [{"at": "datacenter.cfg:1", "message": "this asks for it"}]
}

test_long_lists_are_cut if {
	some [_, message] in found([object.union(flow, {"node": name}) | some name in ["a", "b", "c", "d", "e", "f"]])
	contains(message, "a, b, c, d and 2 more")
}

test_silent_without_flows if found([]) == set()
