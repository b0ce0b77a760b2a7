# METADATA
# scope: package
# title: A rule that changes nothing
# description: |
#   Whatever the rule decides would be decided alike without it: by rules below it, or by the policy of the list.
#   That is shown for every packet that comes to the rule, in every place where it is used. A rule that logs
#   is never meant, and neither is one whose packets would be logged without it. All rules that are reported
#   can be deleted together.
# custom:
#   severity: info
#   unit: rule
#   effect: Without the rule nothing changes.
#   why: |
#     Every rule has to be read by whoever wants to know what is open. One that changes nothing costs attention
#     and may be believed to do something.
#   fix: |
#     Delete the rule. If it documents an intention, keep that as a comment on the rule that does the work.
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
	input.facts.fate == "redundant"

	# Where a whole list says what the policy says, one finding is enough.
	input.facts.accept_list == 0
	message := sprintf("this %s changes nothing: {heirs} %s", [input.facts.action, same])
}

same := sprintf("is %s", [input.facts.action]) if input.facts.cover.heir == "policy"

same := "below does the same" if input.facts.cover.heir != "policy"
