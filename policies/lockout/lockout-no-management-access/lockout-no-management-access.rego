# METADATA
# scope: package
# title: Nobody reaches the web interface or SSH of a node
# description: |
#   The firewall is on, policy_in is not ACCEPT, and what rules and the set management let in leaves
#   administrators out. Asked are the admin_networks of .pvefw.yaml, which must reach the web interface (8006)
#   and SSH (22) of every node; where none are named, it is asked whether anybody beyond the node's local
#   network, or anybody whom a rule or the set management names, still reaches the web interface. The answer holds for all packets, and comes with one that is
#   stopped. Rules that were meant to help and do not are named.
# custom:
#   severity: error
#   unit: cluster
#   needs: cluster.enabled, access.doubtful
#   effect: Whoever is not in the local network cannot administer the node any more. Where nobody has to, admin_networks in .pvefw.yaml says so.
#   why: |
#     The way back leads through a console in the server room or a remote management board.
#   fix: |
#     Add the administrators' networks to the IPSET management of cluster.fw before the firewall is enabled.
#     Where all of them sit in the local network, list it under admin_networks in .pvefw.yaml: then only that is asked about.
#   bad: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET admins]
#
#     [RULES]
#     IN ACCEPT -source +admins -p tcp -dport 22,8006
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     198.51.100.0/28
package policies.lockout.lockout_no_management_access

# Without admin networks: nobody beyond the local network gets in.
report contains {"message": message, "at": input.cluster.id, "related": unfit} if {
	guessed
	first := sort(locked)[0]
	message := sprintf("nobody beyond the local network reaches the web interface (8006)%s: %s%s", [
		on_nodes({node.node | some node in locked}),
		stopped(first),
		hint,
	])
}

# Somebody gets in, but not by the rules that were meant for it.
report contains {"message": message, "at": input.cluster.id, "severity": "warning", "effect": effect, "related": unfit} if {
	guessed
	count(locked) == 0
	count(input.access.nodes) > 0
	every node in input.access.nodes { not shut_out(node) }
	not managed
	some line in input.access.broken
	not line.told
	message := "there is no management set, and rules that should open the web interface or SSH do nothing"
	effect := "Access to the node depends on the few rules that are left."
}

# With admin networks: each must get in everywhere.
report contains {"message": message, "at": place, "effect": effect, "related": unfit} if {
	input.cluster.enabled
	some key, group in stopped_admins
	[name, place] := key
	first := sort(group)[0]
	message := sprintf("%s %s does not reach %s%s: %s%s", [
		portion({found.extent | some found in group}),
		name,
		concat(" and ", sort({found.service | some found in group})),
		on_nodes({found.node | some found in group}),
		stopped(first),
		hint,
	])
	effect := "These administrators are locked out."
}

guessed if {
	input.cluster.present
	input.cluster.enabled
	input.access.admin_networks == 0
}

locked contains node if {
	some node in input.access.nodes
	node.locked
}

shut_out(node) if node.locked

shut_out(node) if node.beyond == "unknown"

managed if {
	some set in input.sets
	set.name == "management"
	some entry in set.entries
	entry.live
	not entry.nomatch
}

stopped_admins[[found.name, place_of(found)]] contains admin if {
	some node in input.access.nodes
	some found in node.stopped
	found.kind == "admin"
	admin := object.union(found, {"node": node.node})
}

place_of(found) := found.by.id if {
	found.by.kind == "rule"
	found.by.id != ""
}

else := input.cluster.id

portion(extents) := "admin network" if "none" in extents

else := "a part of admin network"

stopped(found) := sprintf("%s meets %s", [found.witness, obstacle(found.by)])

obstacle(by) := sprintf("\"%s\"", [by.text]) if by.kind == "rule"

obstacle(by) := {"policy": "policy_in", "blacklist": "the blacklist", "built-in": "a built-in rule"}[by.kind]

on_nodes(names) := sprintf(" of %s", [concat(", ", sort(names))]) if not "" in names

else := ""

# The lines that were meant to help; the first ones speak for the others.
unfit := [{"at": line.id, "message": sprintf("this opens nothing, because %s", [line.why])} |
	some line in array.slice(input.access.broken, 0, 4)
]

hint := "; what should open it does nothing" if count(unfit) > 0

else := ""
