# METADATA
# scope: package
# title: Forwarded traffic is only filtered by the nftables daemon
# description: |
#   pve-firewall, the daemon that runs unless host.fw says nftables: 1, accepts FORWARD rules and the option
#   policy_forward without a word and makes nothing of them. Only proxmox-firewall does.
# custom:
#   severity: warning
#   unit: cluster
#   needs: forward.asked
#   effect: Forwarded traffic passes as if this line were not there.
#   why: |
#     Traffic between guests of a bridge or a VNet is taken for filtered and is not.
#   fix: |
#     Filter at the guests, or set nftables to 1 in host.fw once `pvefw lint` has nothing to say about
#     proxmox-firewall.
#   bad: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#     policy_forward: DROP
#
#     [IPSET management]
#     192.0.2.0/24
#
#     [RULES]
#     FORWARD ACCEPT -source 192.0.2.0/24
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#     policy_forward: DROP
#
#     [IPSET management]
#     192.0.2.0/24
#
#     [RULES]
#     FORWARD ACCEPT -source 192.0.2.0/24
#     -- host.fw --
#     [OPTIONS]
#     nftables: 1
package policies.noeffect.forward_needs_nftables

report contains {"message": message, "at": file.policy_id} if {
	some file in concerned
	file.policy != "ACCEPT"
	message := sprintf("policy_forward: %s has no effect%s, whose host.fw does not say nftables: 1", [file.policy, where(file)])
}

report contains {"message": message, "at": file.id} if {
	some file in concerned
	file.rules > 0
	message := sprintf("%s no effect%s, whose host.fw does not say nftables: 1", [subject(file), where(file)])
}

# host.fw asks its own node, cluster.fw all of them.
concerned contains file if {
	some file in input.forward.files
	file.kind == "host"
	not file.nftables
}

concerned contains file if {
	some file in input.forward.files
	file.kind == "cluster"
	count(input.forward.iptables) > 0
}

concerned contains file if {
	some file in input.forward.files
	file.kind == "cluster"
	count(input.forward.nftables) == 0
}

subject(file) := "this FORWARD rule has" if file.rules == 1

else := sprintf("the %d FORWARD rules from here on have", [file.rules])

where(file) := sprintf(" on %s", [file.node]) if file.node != ""

else := sprintf(" on %s", [concat(", ", input.forward.iptables)]) if count(named) > 0

else := " on a node"

named := [name | some name in input.forward.iptables; name != ""]
