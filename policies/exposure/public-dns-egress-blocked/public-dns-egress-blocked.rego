# METADATA
# scope: package
# title: A guest may ask no name server
# description: |
#   A rule that blocks port 53 keeps guests from asking any name server they like, which makes sense once the right one is let
#   through above it. Without such a rule the guest can ask nobody: programs that connect by name wait and fail although their
#   own port is open. That a policy or a last rule closes everything is said by policy-out-locks-out.
# custom:
#   severity: warning
#   unit: rule
#   effect: Names do not resolve on the guest.
#   why: |
#     Everything in the guest becomes slow before it fails, which is rarely blamed on the firewall.
#   fix: |
#     Accept DNS to your own name server above the rule that blocks it.
#   bad: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     OUT DROP -p udp -dport 53
#     OUT ACCEPT -dest 192.168.1.1 -p udp -dport 53
#   good: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     OUT ACCEPT -dest 192.168.1.1 -p udp -dport 53
#     OUT DROP -p udp -dport 53
#
#     -- 101.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     OUT DNS(DROP) -dest 192.0.2.53
package policies.exposure.public_dns_egress_blocked

report contains {"message": message} if {
	input.facts.blocks_dns
	message := sprintf("this %s takes every query to a name server, and no rule above lets one through", [input.facts.action])
}
