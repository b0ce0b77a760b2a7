package policies.noeffect.cluster_firewall_disabled_test

import data.policies.noeffect.cluster_firewall_disabled as policy

document := {
	"cluster": {"id": "cluster.fw", "present": true, "enabled": false, "rules": 2},
	"nodes": [{"name": "pve1", "firewall": true, "rules": 0}],
	"guests": [{"vmid": 100, "enabled": false}],
}

off := {"cluster": {"enable": {"id": "cluster.fw:2", "value": "0"}}}

found(change) := [[item.at, item.message] | some item in policy.report with input as object.union(document, change)]

test_no_switch if {
	found({}) == [["cluster.fw", "cluster.fw does not say enable: 1, so its rules are without effect"]]
}

test_switched_off if found(off)[0][0] == "cluster.fw:2"

test_enabled_guest_counts if {
	some [_, message] in found({"cluster": {"rules": 0}, "guests": [{"vmid": 100, "enabled": true}]})
	contains(message, "the firewalls of guests")
}

test_host_rules_count if {
	count(found({"cluster": {"rules": 0}, "nodes": [{"name": "pve1", "firewall": true, "rules": 1}]})) == 1
}

test_silent_when_nothing_waits if found({"cluster": {"rules": 0}}) == []

test_silent_when_enabled if found({"cluster": {"enabled": true}}) == []

test_silent_without_cluster_fw if found({"cluster": {"present": false}}) == []
