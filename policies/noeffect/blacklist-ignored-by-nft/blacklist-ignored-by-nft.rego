# METADATA
# scope: package
# title: The nftables daemon does nothing with the set blacklist
# description: |
#   pve-firewall drops what comes from the set blacklist of cluster.fw, for nodes and guests, before any rule.
#   proxmox-firewall, which runs where host.fw says nftables: 1, makes the set and no rule that uses it. There a
#   rule of its own is needed: IN DROP -source +blacklist, at the top.
# custom:
#   severity: warning
#   unit: cluster
#   needs: cluster.enabled
#   effect: The addresses of the blacklist get through like all others.
#   why: |
#     The list goes on being maintained and stops nobody any more.
#   fix: |
#     Write IN DROP -source +blacklist as the first rule of cluster.fw and of the guests, or leave nftables
#     off.
#   bad: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     [IPSET blacklist]
#     198.51.100.0/24
#     -- host.fw --
#     [OPTIONS]
#     nftables: 1
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     [IPSET blacklist]
#     198.51.100.0/24
package policies.noeffect.blacklist_ignored_by_nft

report contains {"message": message, "at": set.id} if {
	input.cluster.enabled
	count(input.forward.nftables) > 0
	some set in input.sets
	set.name == "blacklist"
	some entry in set.entries
	entry.live
	message := sprintf("%s, and the nftables daemon does nothing with this set", [nodes])
}

nodes := "the node has nftables: 1" if "" in input.forward.nftables

else := sprintf("%s has nftables: 1", [input.forward.nftables[0]]) if count(input.forward.nftables) == 1

else := sprintf("%s have nftables: 1", [concat(", ", input.forward.nftables)])
