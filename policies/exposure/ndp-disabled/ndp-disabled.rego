# METADATA
# scope: package
# title: Neighbour discovery is switched off
# description: |
#   IPv6 finds its neighbours and routers with ICMPv6. The firewall lets these messages pass by itself unless ndp: 0 stands
#   in host.fw or in the guest's file. Then IPv6 stops working within seconds under a policy that blocks, unless rules
#   accept NeighborDiscovery. Where the file has nothing to do with IPv6, switching it off may be meant: that is a remark.
# custom:
#   severity: warning
#   unit: file
#   effect: IPv6 stops working, except as far as rules accept neighbour discovery.
#   why: |
#     The node or guest works over IPv4, so the loss of IPv6 shows up as long waits rather than as an error.
#   fix: |
#     Delete the option, or accept NeighborDiscovery in both directions by rules.
#   bad: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#     ndp: 0
#
#     [RULES]
#     IN SSH(ACCEPT) -source 2001:db8::/64
#   good: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#     ndp: 0
#     policy_in: ACCEPT
#
#     -- 101.fw --
#     [OPTIONS]
#     enable: 1
#     ndp: 1
package policies.exposure.ndp_disabled

report contains {"message": "ndp: 0 stops neighbour discovery, without which IPv6 does not work", "at": "option ndp", "severity": severity} if {
	input.facts.enabled
	not input.facts.ndp
	not open
}

# The answers of neighbours come in unasked as often as not, so a blocking policy in one direction is enough.
open if {
	input.facts.policy_in == "ACCEPT"
	input.facts.policy_out == "ACCEPT"
}

default severity := "info"

severity := "warning" if input.facts.speaks_ipv6
