package policies.lockout.missing_management_ipset_test

import data.policies.lockout.missing_management_ipset as policy

web := {"id": "cluster.fw:5", "ports": [{"proto": "tcp", "first": 8000, "last": 9000}]}

ssh := {"id": "cluster.fw:6", "ports": [{"proto": "tcp", "first": 22, "last": 22}]}

cluster := {
	"id": "cluster.fw",
	"present": true,
	"enabled": true,
	"policy_in": "DROP",
	"accepts": [],
}

pve1 := {"id": "node/pve1", "name": "pve1", "firewall": true, "accepts": []}

pve2 := {"id": "node/pve2", "name": "pve2", "firewall": true, "accepts": [web]}

document := {"cluster": cluster, "sets": [], "nodes": [pve1]}

with_cluster(change) := object.union(document, {"cluster": change})

with_entries(entries) := object.union(document, {"sets": [{
	"id": "cluster.fw:9",
	"name": "management",
	"entries": entries,
}]})

severities(doc) := {object.get(found, "severity", "error") | some found in policy.report with input as doc}

places(doc) := {found.at | some found in policy.report with input as doc}

test_no_set if severities(document) == {"error"}

test_no_set_is_about_the_file if places(document) == {"cluster.fw"}

test_empty_set_is_about_its_header if places(with_entries([])) == {"cluster.fw:9"}

test_dead_and_nomatch_entries_do_not_count if {
	severities(with_entries([{"live": false, "nomatch": false}, {"live": true, "nomatch": true}])) == {"error"}
}

test_ssh_alone_is_not_enough if severities(with_cluster({"accepts": [ssh]})) == {"error"}

test_remark_when_rules_open_the_web_interface if severities(with_cluster({"accepts": [ssh, web]})) == {"info"}

test_locked_node_is_named if {
	some found in policy.report with input as object.union(document, {"nodes": [pve1, pve2]})
	endswith(found.message, "on pve1")
}

test_warning_when_the_lockout_is_shown if {
	severities(object.union(document, {"access": {"admin_networks": 0, "nodes": [{"locked": true}]}})) == {"warning"}
}

test_remark_when_all_admin_networks_get_in if {
	severities(object.union(document, {"access": {"admin_networks": 1, "nodes": [{"stopped": []}]}})) == {"info"}
}

test_error_when_an_admin_network_does_not_get_in if {
	severities(object.union(document, {"access": {"admin_networks": 1, "nodes": [{"stopped": [{"kind": "admin"}]}]}})) == {"error"}
}

test_silent_with_an_entry if severities(with_entries([{"live": true, "nomatch": false}])) == set()

test_silent_when_disabled if severities(with_cluster({"enabled": false})) == set()

test_silent_under_policy_accept if severities(with_cluster({"policy_in": "ACCEPT"})) == set()

test_silent_without_cluster_fw if severities(with_cluster({"present": false})) == set()

test_silent_when_the_host_firewall_is_off if {
	severities(object.union(document, {"nodes": [object.union(pve1, {"firewall": false})]})) == set()
}
