# METADATA
# scope: package
# title: A guest may announce itself as an IPv6 router
# description: |
#   The firewall drops router advertisements that guests send, since whoever sends one becomes the default router of
#   all others on the bridge. radv: 1 lifts that. It is right for a guest that is the router of its network
#   and for no other.
# custom:
#   severity: warning
#   unit: guest
#   effect: The guest can make itself the IPv6 router, and name server, of all its neighbours.
#   why: |
#     A guest that is broken into can send its neighbours' traffic through itself, and nothing on them shows
#     it.
#   fix: |
#     Delete the option unless the guest is the router of this network.
#   bad: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#     radv: 1
#   good: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#     radv: 0
package policies.exposure.radv_open

report contains {"message": "radv: 1 lets this guest send router advertisements", "at": "option radv"} if {
	input.facts.enabled
	input.facts.radv
}
