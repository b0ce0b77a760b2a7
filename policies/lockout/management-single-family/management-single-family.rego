# METADATA
# scope: package
# title: The set management has addresses of one IP family, the node of both
# description: |
#   The node has IPv4 and IPv6 addresses, and in one of the two families neither the set management nor a
#   rule lets anybody reach the web interface. Whoever connects by the node's name may be given the address of
#   the closed family first.
# custom:
#   severity: warning
#   unit: cluster
#   needs: cluster.enabled, access.one_sided
#   effect: In this family nobody can administer the node.
#   why: |
#     Browsers try one family and wait. It looks like a node that is down.
#   fix: |
#     Add the administrators' networks of the other family to the set, or take that family out of the node's
#     name in DNS.
#   bad: |
#     -- .pvefw.yaml --
#     nodes:
#       pve1: {address: 192.0.2.11, addresses: [192.0.2.11, "2001:db8::11"], local_network: 192.0.2.0/24}
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#   good: |
#     -- .pvefw.yaml --
#     nodes:
#       pve1: {address: 192.0.2.11, addresses: [192.0.2.11, "2001:db8::11"], local_network: 192.0.2.0/24}
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#     2001:db8::/64
package policies.lockout.management_single_family

report contains {"message": message, "at": set.id} if {
	some set in input.sets
	set.name == "management"
	some closed, nodes in without
	message := sprintf("the set management has no %s address, and no rule opens the web interface of %s over %s", [
		closed,
		concat(", ", sort(nodes)),
		closed,
	])
}

without[family.name] contains node.node if {
	some node in input.access.nodes
	some family in node.families
	not family.managed
	family.web == "none"
	some other in node.families
	other.managed
}
