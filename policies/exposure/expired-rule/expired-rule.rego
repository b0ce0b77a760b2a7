# METADATA
# scope: package
# title: A rule whose date has passed is still in force
# description: |
#   A comment with expires=2026-12-31 says until which day a rule is meant to stand, that day included. Proxmox does not
#   read it: somebody has to delete the rule. A date that nobody can read, such as 31.12.2026, would never come.
# custom:
#   severity: warning
#   unit: rule
#   effect: The rule goes on working until somebody deletes it.
#   why: |
#     An exception for a few days that stays for years is how networks come to be open.
#   fix: |
#     Delete the rule, or write a later day if it is still needed.
#   bad: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     IN SSH(ACCEPT) -source 192.0.2.7 # the painter, expires=31.12.2026
#   good: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     IN SSH(ACCEPT) -source 192.0.2.7 # the painter, expires=2999-12-31
#     |IN SSH(ACCEPT) -source 192.0.2.8 # expires=31.12.2026
package policies.exposure.expired_rule

report contains {"message": message, "remove": true} if {
	input.facts.expiry == "past"
	message := sprintf("this rule was meant to stand until %s", [input.facts.expires])
}

report contains {"message": message, "effect": "The date never comes, and the rule stands for good."} if {
	input.facts.expiry == "unreadable"
	message := sprintf("expires=%s is no date: write the day as in expires=2026-12-31", [input.facts.expires])
}
