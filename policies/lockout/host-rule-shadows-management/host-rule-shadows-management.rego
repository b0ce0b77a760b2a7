# METADATA
# scope: package
# title: A rule keeps those out who may manage the node
# description: |
#   Rules of host.fw and cluster.fw come before Proxmox's own rules for the set management, the local network
#   and the cluster. This one drops or rejects the web interface or SSH for sources that those rules would let
#   in. Rules that match every packet have a code of their own.
# custom:
#   severity: error
#   unit: cluster
#   needs: access.stopped
#   effect: These sources cannot use this service of the node, although they are meant to.
#   why: |
#     The set management is meant to be the way in that always works. Behind this rule it does not.
#   fix: |
#     Accept +management above the rule, or narrow the rule so that it leaves these sources out.
#   bad: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     -- host.fw --
#     [RULES]
#     IN DROP -p tcp -dport 22
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     -- host.fw --
#     [RULES]
#     IN ACCEPT -source +management -p tcp -dport 22
#     IN DROP -p tcp -dport 22
package policies.lockout.host_rule_shadows_management

report contains {"message": message, "at": at, "related": related} if {
	some at, group in shadowed
	first := sort(group)[0]
	message := sprintf("this %s keeps %s from %s%s: %s", [
		first.by.action,
		concat(", ", array.slice(sort({subject(found) | some found in group}), 0, 4)),
		concat(" and ", sort({found.service | some found in group})),
		on_nodes({found.node | some found in group}),
		first.witness,
	])
	related := [{"at": id, "message": "this is meant to get in"} |
		some id in array.slice(sort({found.id | some found in group; found.id != ""}), 0, 4)
	]
}

shadowed[found.by.id] contains item if {
	some node in input.access.nodes
	some found in node.stopped
	found.kind in {"management", "local", "peer"}
	found.by.kind == "rule"
	found.by.id != ""
	not found.by.catch_all
	not found.name in locked_out(node)
	item := object.union(found, {"node": node.node})
}

# Admin networks are lockout-no-management-access's.
locked_out(node) := {found.name | some found in node.stopped; found.kind == "admin"}

subject(found) := sprintf("%s%s of the set management", [portion(found), found.name]) if found.kind == "management"

subject(found) := sprintf("%sthe local network %s", [portion(found), found.name]) if found.kind == "local"

subject(found) := found.name if found.kind == "peer"

portion(found) := "" if found.extent == "none"

else := "a part of "

on_nodes(names) := sprintf(" of %s", [concat(", ", sort(names))]) if not "" in names

else := ""
