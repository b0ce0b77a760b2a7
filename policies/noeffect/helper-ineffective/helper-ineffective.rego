# METADATA
# scope: package
# title: The nftables daemon attaches no connection tracking helper to new connections
# description: |
#   nf_conntrack_helpers lets the kernel follow protocols like FTP that open further connections. pve-firewall
#   attaches the helpers to all traffic of the node and its guests. proxmox-firewall, which runs where host.fw
#   says nftables: 1, accepts the helper's port first and so never reaches the rule that attaches it, and does
#   not look at traffic of guests at all.
# custom:
#   severity: warning
#   unit: node
#   effect: Further connections of these protocols are not recognised, and the ports of the helpers are open to everyone.
#   why: |
#     Transfers by such protocols hang after the first exchange, and ports are open that nobody opened.
#   fix: |
#     Delete the option on nodes with nftables, and open what is needed by rules; or leave nftables off.
#   bad: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     -- host.fw --
#     [OPTIONS]
#     nftables: 1
#     nf_conntrack_helpers: ftp
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     -- host.fw --
#     [OPTIONS]
#     nf_conntrack_helpers: ftp
package policies.noeffect.helper_ineffective

report contains {"message": message, "at": input.owner.helpers.id} if {
	input.owner.options.nftables == "1"
	input.owner.helpers
	message := sprintf("with nftables: 1 %s for %s", [subject, input.owner.helpers.value])
}

subject := "no helper is attached" if not contains(input.owner.helpers.value, ",")

else := "no helpers are attached"
