package policies.lockout.lockout_no_management_access_test

import data.policies.lockout.lockout_no_management_access as policy

by_policy := {"id": "", "kind": "policy", "text": ""}

node := {"node": "pve1", "locked": true, "beyond": "none", "witness": "TCP from 203.0.113.1 to 10.0.0.1 port 8006", "by": by_policy, "stopped": []}

admin(change) := object.union({"kind": "admin", "name": "198.51.100.0/28", "service": "SSH", "extent": "none", "witness": "w", "by": by_policy}, change)

document := {
	"cluster": {"id": "cluster.fw", "present": true, "enabled": true},
	"sets": [],
	"access": {"admin_networks": 0, "broken": [], "nodes": [node]},
}

with_access(change) := object.union(document, {"access": change})

found(doc) := reported if reported := policy.report with input as doc

messages(doc) := {item.message | some item in found(doc)}

test_nobody_gets_in if {
	messages(document) == {"nobody beyond the local network reaches the web interface (8006) of pve1: TCP from 203.0.113.1 to 10.0.0.1 port 8006 meets policy_in"}
}

test_rules_that_do_nothing_are_named if {
	some item in found(with_access({"broken": [{"id": "cluster.fw:7", "why": "it is disabled", "told": false}]}))
	item.related == [{"at": "cluster.fw:7", "message": "this opens nothing, because it is disabled"}]
	endswith(item.message, "; what should open it does nothing")
}

test_few_get_in_and_rules_do_nothing if {
	doc := with_access({"broken": [{"id": "a:1", "why": "b", "told": false}], "nodes": [object.union(node, {"locked": false, "beyond": "part"})]})
	{item.severity | some item in found(doc)} == {"warning"}
}

test_silent_when_other_findings_tell if {
	doc := with_access({"broken": [{"id": "a:1", "why": "b", "told": true}], "nodes": [object.union(node, {"locked": false, "beyond": "part"})]})
	found(doc) == set()
}

test_admin_network if {
	doc := with_access({"admin_networks": 1, "nodes": [object.union(node, {"stopped": [admin({}), admin({"service": "the web interface"})]})]})
	messages(doc) == {"admin network 198.51.100.0/28 does not reach SSH and the web interface of pve1: w meets policy_in"}
}

test_admin_network_in_part_at_the_rule if {
	rule := {"id": "cluster.fw:9", "kind": "rule", "text": "IN DROP"}
	doc := with_access({"admin_networks": 1, "nodes": [object.union(node, {"stopped": [admin({"extent": "part", "by": rule})]})]})
	{item.at | some item in found(doc)} == {"cluster.fw:9"}
	some message in messages(doc)
	startswith(message, "a part of admin network")
}

test_silent_when_somebody_gets_in if found(with_access({"nodes": [object.union(node, {"locked": false, "beyond": "part"})]})) == set()

test_silent_when_unknown if found(with_access({"nodes": [object.union(node, {"locked": false, "beyond": "unknown"})]})) == set()

test_silent_when_disabled if found(object.union(document, {"cluster": {"enabled": false}})) == set()

test_silent_when_admins_get_in if found(with_access({"admin_networks": 1})) == set()
