# METADATA
# scope: package
# title: There are rules, but the firewall of the datacenter is off
# description: |
#   The option enable of cluster.fw is the main switch and is off unless it says 1. While it is off Proxmox
#   loads no rule at all: neither those of cluster.fw and host.fw nor those of guests whose own firewall is
#   enabled. Values above 1 are read as a point in time and count as off a minute later.
# custom:
#   severity: warning
#   unit: cluster
#   effect: Nothing is filtered on any node or guest.
#   why: |
#     All files of the datacenter look like protection and none is. Nothing in a guest's own settings says so.
#   fix: |
#     Set enable to 1 in the [OPTIONS] of cluster.fw, once `pvefw lint` finds nothing of the category lockout;
#     or delete the rules.
#   bad: |
#     -- cluster.fw --
#     [RULES]
#     IN SSH(ACCEPT) -source 192.0.2.0/24
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     [RULES]
#     IN SSH(ACCEPT) -source 192.0.2.0/24
package policies.noeffect.cluster_firewall_disabled

report contains {"message": message, "at": place} if {
	input.cluster.present
	not input.cluster.enabled
	count(waiting) > 0
	message := sprintf("%s, so %s without effect", [fault, subject])
}

place := input.cluster.enable.id if input.cluster.enable

place := input.cluster.id if not input.cluster.enable

fault := "cluster.fw does not say enable: 1" if not input.cluster.enable

fault := sprintf("enable: %s switches the firewall off", [input.cluster.enable.value]) if input.cluster.enable

# What expects the firewall to be on.
waiting contains "its rules" if input.cluster.rules > 0

waiting contains "the rules of host.fw" if {
	some node in input.nodes
	node.firewall
	node.rules > 0
}

waiting contains "the firewalls of guests" if {
	some guest in input.guests
	guest.enabled
}

subject := sprintf("%s are", [concat(" and ", sort(waiting))])
