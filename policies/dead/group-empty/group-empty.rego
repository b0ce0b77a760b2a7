# METADATA
# scope: package
# title: A security group in use that has no rule in force
# description: |
#   GROUP rules name the group and nothing happens there: it has no rules, or all of them are disabled or dropped while they
#   are read. Whoever counts on the group to block or to open something is mistaken.
# custom:
#   severity: warning
#   unit: file
#   effect: The GROUP rules that name it do nothing.
#   why: |
#     A group that lost its rules, by a misspelt header or by lines that were dropped, fails silently
#     everywhere it is used.
#   fix: |
#     Look for findings on the group's lines first. If the group is meant to be empty, delete it and the rules
#     that name it.
#   bad: |
#     -- cluster.fw --
#     [RULES]
#     GROUP web
#
#     [group web]
#   good: |
#     -- cluster.fw --
#     [RULES]
#     GROUP web
#
#     [group web]
#     IN HTTP(ACCEPT)
#
#     [group mail]
package policies.dead.group_empty

report contains {"message": message, "at": group.at} if {
	count(input.facts.empty_groups) > 0
	some group in input.facts.empty_groups
	message := sprintf("security group %s is used but %s", [group.name, reason(group)])
}

reason(group) := "has no rule" if group.lines == 0

reason(group) := "none of its rules is in force" if group.lines > 0
