# METADATA
# scope: package
# title: A disabled rule that is left over
# description: |
#   A rule behind | is kept to be enabled again. That does not come to pass when the same rule stands enabled
#   in the same list, or when the day in its comment (expires=2026-12-31) has passed. Such lines hide the
#   rules that count.
# custom:
#   severity: info
#   unit: file
#   effect: The line does nothing, enabled or not.
#   why: |
#     Lines that are off and lines that are on look almost alike. The fewer of the former, the easier the file
#     is to trust.
#   fix: |
#     Delete the line. The file's history keeps it.
#   bad: |
#     -- 100.fw --
#     [RULES]
#     |IN SSH(ACCEPT) -source 192.0.2.7
#     IN SSH(ACCEPT) -source 192.0.2.7
#   good: |
#     -- 100.fw --
#     [RULES]
#     |IN SSH(ACCEPT) -source 192.0.2.7
#     IN SSH(ACCEPT) -source 192.0.2.8
package policies.dead.disabled_rule_stale

report contains {"message": message, "at": rule.at, "remove": true} if {
	count(input.facts.leftovers) > 0
	some rule in input.facts.leftovers
	rule.twin != 0
	message := sprintf("this disabled rule stands enabled in line %d", [rule.twin])
}

report contains {"message": message, "at": rule.at, "remove": true, "effect": "Enabled again, the rule would be out of date."} if {
	count(input.facts.leftovers) > 0
	some rule in input.facts.leftovers
	rule.twin == 0
	message := sprintf("this disabled rule was meant to stand until %s", [rule.date])
}
