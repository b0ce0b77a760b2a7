# METADATA
# scope: package
# title: A security group that nothing uses
# description: |
#   No GROUP rule of the datacenter, its nodes or guests names the group, not even a disabled one, so its rules are part of
#   no chain. That is said only where other files than cluster.fw are known.
# custom:
#   severity: info
#   unit: file
#   effect: The group can be deleted.
#   why: |
#     A group that nobody uses is either left over or was meant for a guest that now goes without it.
#   fix: |
#     Use the group where it is missing, or delete it.
#   bad: |
#     -- cluster.fw --
#     [group web]
#     IN HTTP(ACCEPT)
#
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#   good: |
#     -- cluster.fw --
#     [group web]
#     IN HTTP(ACCEPT)
#
#     -- 100.fw --
#     [RULES]
#     |GROUP web
package policies.dead.group_unused

report contains {"message": message, "at": group.at} if {
	count(input.facts.unused_groups) > 0
	some group in input.facts.unused_groups
	message := sprintf("security group %s is used nowhere", [group.name])
}
