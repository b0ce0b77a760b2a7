# METADATA
# scope: package
# title: A network device of a firewalled guest has no firewall=1
# description: |
#   The firewall of a guest filters a network device only when the device's line in the guest's configuration
#   carries firewall=1. Without it Proxmox attaches the device to the bridge directly, no rule is made for it,
#   and everything passes in both directions although the guest's firewall is enabled.
# custom:
#   severity: warning
#   unit: guest
#   effect: Traffic of this device is not filtered in either direction.
#   why: |
#     The guest's firewall is on in every view, and one of its network devices goes around it.
#   fix: |
#     Set firewall=1 on the device. If it is meant to be open, as one of a storage network may be, ignore the
#     finding and say why.
#   bad: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     IN SSH(ACCEPT)
#
#     -- 100.conf --
#     net0: virtio=BC:24:11:00:00:01,bridge=vmbr0
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     IN SSH(ACCEPT)
#
#     -- 100.conf --
#     net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1
package policies.noeffect.nic_firewall_flag_missing

report contains {"message": message, "at": nic.at} if {
	input.facts.enabled
	count(input.facts.open_nics) > 0
	some nic in input.facts.open_nics
	message := sprintf("%s of guest %d has no firewall=1, so %s", [
		nic.name,
		input.owner.vmid,
		outcome,
	])
}

outcome := "the guest's firewall does not apply to it" if count(input.facts.nics) > 1

outcome := "nothing of the guest's firewall is in force" if count(input.facts.nics) == 1
