# METADATA
# scope: package
# title: An address that has a name is written out
# description: |
#   An alias stands for the very address that the rule writes. With the name in its place the rule says who is meant, and
#   follows when the address changes in one place. That is why the fix has to be agreed to: it ties the rule
#   to the alias.
# custom:
#   severity: info
#   unit: rule
#   effect: When the alias moves to another address, the rule stays behind.
#   why: |
#     Two spellings of one address, and only one of them is changed when the machine moves.
#   fix: |
#     Write the alias. If the rule is about the address, not the machine, leave it.
#   bad: |
#     -- cluster.fw --
#     [ALIASES]
#     monitor 192.0.2.7
#
#     [RULES]
#     IN ACCEPT -source 192.0.2.7 -p tcp -dport 9100
#   good: |
#     -- cluster.fw --
#     [ALIASES]
#     monitor 192.0.2.7
#
#     [RULES]
#     IN ACCEPT -source monitor -p tcp -dport 9100
#     IN ACCEPT -source 192.0.2.8 -p tcp -dport 9100
package policies.style.literal_has_alias

report contains {"message": message("source", input.facts.source_alias), "replace": [edit]} if {
	input.facts.source_alias != ""
	edit := {"param": "source", "text": input.facts.source_alias}
}

report contains {"message": message("destination", input.facts.dest_alias), "replace": [edit]} if {
	input.facts.dest_alias != ""
	edit := {"param": "dest", "text": input.facts.dest_alias}
}

message(field, alias) := sprintf("the %s is the address of alias %s", [field, alias])
