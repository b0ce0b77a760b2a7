# METADATA
# scope: package
# title: The firewall is on and no set says who may manage the node
# description: |
#   Proxmox lets the addresses of the set management of cluster.fw reach the web interface, SSH, the consoles
#   and migration, whatever the other rules say. Without that set, or with an empty one, only the node's local
#   network is let in, and the local network is guessed from the node's address. Whoever administers the node
#   from elsewhere depends on a rule of their own; where there is none that opens the web interface, enabling
#   the firewall locks them out. Where such rules exist, or all admin_networks of .pvefw.yaml
#   get in without one, this is only a remark.
# custom:
#   severity: error
#   unit: cluster
#   needs: cluster.present
#   effect: Only the node's own local network reaches the web interface, SSH and the consoles.
#   why: |
#     Whoever enables the firewall from outside of the local network saws off the branch that they sit on.
#   fix: |
#     Add an IPSET management with the administrators' networks to cluster.fw.
#   bad: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     IN ACCEPT -p tcp -dport 443
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
package policies.lockout.missing_management_ipset

web_port := 8006

report contains {"message": message, "at": place, "severity": severity} if {
	judged
	count(locked) > 0
	message := sprintf("%s, and no rule in force opens the web interface (8006)%s", [fault, suffix])
}

# Where lockout-no-management-access shows who is locked out, this is how to mend it.
severity := "warning" if {
	some node in input.access.nodes
	node.locked
	input.access.admin_networks == 0
}

# Everybody who has to get in does, through the local network.
else := "info" if {
	input.access.admin_networks > 0
	count(input.access.nodes) > 0
	every node in input.access.nodes {
		every found in node.stopped { found.kind != "admin" }
	}
}

else := "error"

report contains {"message": message, "at": place, "severity": "info", "effect": effect} if {
	judged
	count(locked) == 0
	message := sprintf("%s: access to the node depends on the rules alone", [fault])
	effect := "Beyond the local network only what the rules accept reaches the node."
}

judged if {
	input.cluster.present
	input.cluster.enabled
	input.cluster.policy_in != "ACCEPT"
	some node in input.nodes
	node.firewall
	count(live_entries) == 0
}

management := [set | some set in input.sets; set.name == "management"]

live_entries := [entry | some set in management; some entry in set.entries; entry.live; not entry.nomatch]

fault := "there is no [IPSET management]" if count(management) == 0

fault := "[IPSET management] has no address in it" if count(management) > 0

place := management[0].id if count(management) > 0

place := input.cluster.id if count(management) == 0

# Nodes that nobody beyond the local network can manage.
locked contains node.name if {
	some node in input.nodes
	node.firewall
	not opened(node)
}

opened(node) if {
	some rule in array.concat(input.cluster.accepts, node.accepts)
	some range in rule.ports
	range.proto == "tcp"
	range.first <= web_port
	range.last >= web_port
}

suffix := sprintf(" on %s", [concat(", ", sort(locked))]) if {
	count(input.nodes) > 1
	count(locked) < count([1 | some node in input.nodes; node.firewall])
}

default suffix := ""
