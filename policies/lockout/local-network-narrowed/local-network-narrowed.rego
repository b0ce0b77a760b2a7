# METADATA
# scope: package
# title: The alias local_network leaves nodes of the cluster out
# description: |
#   Proxmox lets the local network manage a node, migrate to it and be reached from it. It finds that network
#   by itself, from the node's address; an alias local_network in cluster.fw replaces it for all nodes. If the
#   alias is a single host or another network, the other nodes lose that access unless entries of the set
#   management cover them.
# custom:
#   severity: error
#   unit: cluster
#   needs: cluster.enabled, access.narrowed
#   effect: Nodes outside of the alias can no longer be managed from each other; consoles and migrations between them fail.
#   why: |
#     The interface of one node shows the others by connecting to them. When that is blocked they are grey, and
#     no guest can be moved from a node that is to be serviced.
#   fix: |
#     Widen the alias so that it holds all nodes, delete it, or add the nodes to the set management.
#   bad: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [ALIASES]
#     local_network 192.0.2.7
#
#     [RULES]
#     IN ACCEPT -p tcp -dport 8006
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [ALIASES]
#     local_network 192.0.2.0/24
#
#     [IPSET management]
#     192.0.2.0/24
package policies.lockout.local_network_narrowed

override := input.access.overridden

report contains {"message": message, "at": override.id} if {
	override.id != ""
	count(override.outside) > 0
	message := sprintf("local_network is %s here, and neither it nor the set management covers %s", [
		override.text,
		concat(", ", override.outside),
	])
}

# Nobody said where the nodes are, but no cluster lives at one address.
report contains {"message": message, "at": override.id, "severity": "warning", "effect": effect} if {
	override.id != ""
	override.peers == 0
	override.host
	not managed
	message := sprintf("local_network is the single address %s here, and the set management is empty", [override.text])
	effect := "Only this address may manage the nodes unless a rule lets others in."
}

managed if {
	some set in input.sets
	set.name == "management"
	some entry in set.entries
	entry.live
}
