# METADATA
# scope: package
# title: A guest can send under the addresses of its neighbours
# description: |
#   On a bridge that several guests share, a guest may claim the address of another one: its MAC address unless macfilter
#   is on (it is by default), and its IP addresses unless ipfilter is on or a set ipfilter-netN exists. Where guests
#   belong to different people that is the way to read or divert the neighbour's traffic. In a network of one's own it is
#   no concern, so the rule only speaks when it is enabled.
# custom:
#   severity: warning
#   unit: guest
#   default: off
#   effect: The guest can answer for other addresses on the bridge.
#   why: |
#     On a shared bridge an address proves nothing about the sender, and rules with addresses rest on it.
#   fix: |
#     Leave macfilter on, and set ipfilter to 1 with a set ipfilter-netN that lists the guest's addresses.
#   bad: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     -- 100.conf --
#     net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1
#
#     -- 101.conf --
#     net0: virtio=BC:24:11:00:00:02,bridge=vmbr0,firewall=1
#   good: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET ipfilter-net0]
#     192.0.2.10
#
#     -- 100.conf --
#     net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1
#     net1: virtio=BC:24:11:00:00:03,bridge=vmbr7,firewall=1
#
#     -- 101.conf --
#     net0: virtio=BC:24:11:00:00:02,bridge=vmbr0,firewall=1
package policies.exposure.spoofing_possible

report contains {"message": message, "at": nic.at} if {
	input.facts.enabled
	count(input.facts.nics) > 0
	some nic in input.facts.nics
	nic.firewall
	nic.shared
	count(unchecked(nic)) > 0
	message := sprintf("%s shares its bridge with other guests, and nothing checks which %s it sends from", [
		nic.name,
		concat(" and ", unchecked(nic)),
	])
}

unchecked(nic) := array.concat(
	[word | word := "MAC address"; not input.facts.macfilter],
	[word | word := "IP addresses"; not input.facts.ipfilter; nic.set == "missing"],
)
