# METADATA
# scope: package
# title: The IP filter of a network device lets no address through
# description: |
#   With ipfilter: 1 a guest may only send from the addresses in its set ipfilter-netN. Where the set is missing, Proxmox
#   makes one that holds the link-local IPv6 address of the device, and for a container its static addresses. A VM, or a
#   container with DHCP, is left with nothing to send IPv4 from but DHCP itself.
# custom:
#   severity: error
#   unit: guest
#   effect: Every IPv4 packet that the guest sends from this device is dropped, answers included.
#   why: |
#     The guest starts, has an address and reaches nobody. Searching for the cause inside of the guest takes
#     hours.
#   fix: |
#     Add the set ipfilter-netN with the guest's addresses to its file, or delete the option.
#   bad: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#     ipfilter: 1
#
#     -- 100.conf --
#     net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1
#   good: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#     ipfilter: 1
#
#     [IPSET ipfilter-net0]
#     192.0.2.10
#
#     -- 100.conf --
#     net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1
#     net1: virtio=BC:24:11:00:00:02,bridge=vmbr1
package policies.exposure.ipfilter_without_set

# The option alone is enough to tell when no set is declared at all.
report contains {"message": message, "at": "option ipfilter"} if {
	input.facts.enabled
	input.facts.ipfilter
	count(closed) > 0
	message := sprintf("ipfilter is on and %s", [reason])
}

closed contains nic.name if {
	some nic in input.facts.nics
	nic.firewall
	nic.set != "filled"
}

closed contains "any device" if {
	not input.facts.nics_known
	input.facts.ipfilter_sets == 0
}

reason := "no [IPSET ipfilter-netN] says which addresses the guest may use" if closed == {"any device"}

reason := sprintf("the set ipfilter-%s names no address that the guest may use", [name]) if {
	some name in closed
	count(closed) == 1
	name != "any device"
}

reason := sprintf("the sets ipfilter-%s name no address that the guest may use", [concat(" and ipfilter-", sort(closed))]) if {
	count(closed) > 1
}
