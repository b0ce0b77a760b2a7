# METADATA
# scope: package
# title: A VNet's firewall is only read by the nftables daemon
# description: |
#   The files under sdn/firewall are read by proxmox-firewall, which runs on nodes whose host.fw says nftables: 1.
#   pve-firewall does not open them.
# custom:
#   severity: warning
#   unit: cluster
#   needs: vnets
#   effect: Traffic between the members of the VNet is not filtered.
#   why: |
#     The members of the VNet reach each other freely while a file says that they do not.
#   fix: |
#     Set nftables to 1 in host.fw of all nodes, or filter at the guests instead.
#   bad: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     -- vnet/apps.fw --
#     [OPTIONS]
#     enable: 1
#     policy_forward: DROP
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     -- vnet/apps.fw --
#     [OPTIONS]
#     enable: 1
#     policy_forward: DROP
#     -- host.fw --
#     [OPTIONS]
#     nftables: 1
package policies.noeffect.vnet_needs_nftables

report contains {"message": message, "at": vnet.id} if {
	some vnet in input.vnets
	vnet.enabled
	asks(vnet)
	unread
	message := sprintf("the firewall of VNet %s is enabled, and %s", [vnet.name, nodes])
}

asks(vnet) if vnet.rules > 0

asks(vnet) if vnet.policy != "ACCEPT"

unread if count(input.forward.iptables) > 0

unread if count(input.forward.nftables) == 0

nodes := "no node has nftables: 1, so nobody reads it" if count(input.forward.nftables) == 0

else := sprintf("%s, without nftables: 1, do not read it", [concat(", ", input.forward.iptables)])
