# METADATA
# scope: package
# title: A rule of a guest that says what the policy says
# description: |
#   What no rule of a guest matches is decided by its policy_in or policy_out. A rule at the end of the list with
#   the policy's own action changes nothing: neither for the packets it matches nor for any other. Only rules for
#   TCP or UDP that log nothing are meant here, because the built-in rules of a DROP or REJECT policy
#   and its logging treat other packets differently.
# custom:
#   severity: info
#   unit: rule
#   effect: Without the rule the policy does the same.
#   bad: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#     policy_in: DROP
#
#     [RULES]
#     IN ACCEPT -p tcp -dport 22
#     IN DROP -p tcp -dport 23
#   good: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#     policy_in: DROP
#
#     [RULES]
#     IN DROP -p tcp -dport 22 -source 192.0.2.7
#     IN ACCEPT -p tcp -dport 22
#     IN DROP -p tcp -dport 23 -log info
package policies.dead.redundant_rule

report contains {"message": message} if {
	input.facts.restates_policy
	message := sprintf("policy_%s is %s, so this rule at the end of the list changes nothing", [
		input.facts.direction,
		input.facts.action,
	])
}
