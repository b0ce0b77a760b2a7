package policies.lockout.host_rule_shadows_management_test

import data.policies.lockout.host_rule_shadows_management as policy

rule := {"id": "host.fw:2", "kind": "rule", "action": "DROP", "catch_all": false}

stopped := {"kind": "management", "id": "cluster.fw:5", "name": "192.0.2.0/24", "service": "SSH", "extent": "none", "witness": "w", "by": rule}

found(list) := {item.message | some item in policy.report with input as {"access": {"nodes": [{"node": "pve1", "stopped": list}]}}}

test_management if {
	found([stopped]) == {"this DROP keeps 192.0.2.0/24 of the set management from SSH of pve1: w"}
}

test_peer_and_local_network if {
	some message in found([object.union(stopped, {"kind": "peer", "name": "node pve2"}), object.union(stopped, {"kind": "local"})])
	contains(message, "node pve2, the local network 192.0.2.0/24")
}

test_part if {
	some message in found([object.union(stopped, {"extent": "part"})])
	contains(message, "a part of 192.0.2.0/24")
}

test_silent_about_admin_networks if found([object.union(stopped, {"kind": "admin"})]) == set()

test_silent_about_policies if found([object.union(stopped, {"by": {"kind": "policy"}})]) == set()

test_silent_about_catch_alls if found([object.union(stopped, {"by": {"catch_all": true}})]) == set()
