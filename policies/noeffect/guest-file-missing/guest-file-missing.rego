# METADATA
# scope: package
# title: A guest's network device asks for a firewall, and the guest has no firewall file
# description: |
#   firewall=1 on a network device puts it behind the guest's firewall, and that firewall is configured in
#   firewall/VMID.fw. Without the file it is off. The graphical interface sets the flag on every new device, so
#   this is a remark only.
# custom:
#   severity: info
#   unit: cluster
#   needs: cluster.enabled, fileless
#   effect: Nothing that the guest sends or receives is filtered.
#   why: |
#     A guest without rules is often meant to have some, since somebody left the box ticked.
#   fix: |
#     Write the guest's rules, or take firewall=1 away if it is to be open.
#   bad: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     -- 100.conf --
#     net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#     -- 100.conf --
#     net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1
package policies.noeffect.guest_file_missing

report contains {"message": message, "at": guest.id} if {
	input.cluster.enabled
	some guest in input.fileless
	message := sprintf("%s of guest %d %s firewall=1, but there is no %d.fw that enables the guest's firewall", [
		concat(", ", guest.nics),
		guest.vmid,
		verb(guest),
		guest.vmid,
	])
}

verb(guest) := "has" if count(guest.nics) == 1

else := "have"
