# METADATA
# scope: package
# title: A rule drops everything before the node's own management rules
# description: |
#   Proxmox lets the web interface, SSH, the consoles, migration and cluster traffic in by rules of its
#   own, which stand behind the rules of host.fw and cluster.fw. A DROP or REJECT that matches every packet
#   comes first, so those rules are never reached: other nodes and the local network lose access, and so
#   does everyone in the set management who was not accepted above. The rule is not needed, because
#   policy_in (DROP unless it is set) ends the list anyway, behind the management rules.
# custom:
#   severity: error
#   unit: rule
#   effect: Management, migration and cluster traffic that no earlier rule accepts is dropped on the node.
#   why: |
#     The rule is often added last, as an explicit end of the list, and takes the cluster's own traffic with
#     it.
#   fix: |
#     Delete the rule and leave the rest to policy_in. To stop something in particular, say what.
#   bad: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     IN ACCEPT -source 192.0.2.0/24 -p tcp -dport 22,8006
#     IN DROP -log info
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#     policy_in: DROP
#
#     [IPSET management]
#     192.0.2.0/24
#
#     [RULES]
#     IN DROP -p tcp -dport 22 -log info
#     IN DROP -i vmbr1
package policies.lockout.catch_all_before_builtins

report contains {"message": message, "remove": true} if {
	input.facts.on_host
	input.facts.direction == "in"
	input.facts.action in {"DROP", "REJECT"}

	# Bound to an interface it leaves the others alone.
	"" in input.facts.host_interfaces
	count(input.facts.catch_all) > 0

	message := sprintf("this %s takes %s before the node's own management rules are reached", [
		input.facts.action,
		packets,
	])
}

packets := "every packet" if count(input.facts.catch_all) == 2

packets := sprintf("every %s packet", [input.facts.catch_all[0]]) if count(input.facts.catch_all) == 1
