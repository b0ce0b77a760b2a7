# METADATA
# scope: package
# title: Rules that accept under a policy that accepts
# description: |
#   Every rule of this direction in the file accepts, and so does the policy: the rules decide nothing. Often
#   they were written as a list of what is allowed, for a policy of DROP that was never set. policy_out is
#   ACCEPT unless the file says otherwise. The finding stands at the first rule of the list. Rules that log
#   do something and are not meant.
# custom:
#   severity: info
#   unit: rule
#   effect: Everything passes, with the rules and without them.
#   why: |
#     The list gives the impression of a firewall that only opens what it names. It opens everything.
#   fix: |
#     Set policy_in (or policy_out) to DROP if the list is meant to be complete; try the traffic that you know
#     of with `pvefw simulate` first. Else delete the rules.
#   bad: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     OUT ACCEPT -p udp -dport 53
#     OUT ACCEPT -p tcp -dport 443
#   good: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#     policy_out: DROP
#
#     [RULES]
#     OUT ACCEPT -p udp -dport 53
#     OUT ACCEPT -p tcp -dport 443
package policies.dead.accept_under_accept_policy

report contains {"message": message} if {
	input.facts.accept_list > 0
	message := sprintf("policy_%s is ACCEPT, so %s", [input.facts.direction, subject])
}

subject := "this ACCEPT decides nothing" if input.facts.accept_list == 1

subject := sprintf("the %d ACCEPT rules from here on decide nothing", [input.facts.accept_list]) if {
	input.facts.accept_list > 1
}
