# METADATA
# scope: package
# title: A guest is kept from private networks over IPv4 only
# description: |
#   OUT rules that drop 10.0.0.0/8 and its like mean to keep a guest away from the neighbours. A rule with an IPv4
#   address says nothing about IPv6, which works on every bridge without anybody setting it up: link-local
#   addresses (fe80::/10) always, unique local ones (fc00::/7) and the LAN's prefix as soon as there is a router.
# custom:
#   severity: warning
#   unit: rule
#   effect: Over IPv6 the same stays within reach.
#   why: |
#     Whoever has broken into the guest tries IPv6 next, and every neighbour listens on its link-local address.
#   fix: |
#     Add OUT rules for fe80::/10, fc00::/7 and your own IPv6 prefix, with an exception for the router, or
#     switch IPv6 off on the bridge.
#   bad: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     OUT ACCEPT -dest 192.168.1.1 -p udp -dport 53
#     OUT DROP -dest 192.168.0.0/16
#   good: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     OUT DROP -dest 192.168.0.0/16
#     OUT DROP -dest fc00::/7
#     OUT DROP -dest fe80::/10
#
#     -- 101.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     OUT DROP -dest 192.168.0.0/16
#     OUT ACCEPT -dest 0.0.0.0/0
#     OUT DROP
package policies.exposure.ipv4_only_isolation

report contains {"message": message, "replace": replacement} if {
	count(input.facts.isolates) > 0
	input.facts.isolates == ["IPv4"]
	"IPv6" in input.facts.lets_out
	message := sprintf("from here on %s closed to the guest over IPv4, and nothing does the same for IPv6", [subject])
}

# 0.0.0.0/0 is everything to most who write it.
subject := "everything is" if input.facts.catch_all == ["IPv4"]

else := "private networks are"

replacement := [{"param": "dest", "text": ""}] if input.facts.catch_all == ["IPv4"]

else := []
