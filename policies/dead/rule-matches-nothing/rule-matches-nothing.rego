# METADATA
# scope: package
# title: A rule that no packet can match
# description: |
#   No packet fulfils all conditions of the rule at once: a set without entries, an address of one family beside a
#   protocol of the other, a source type and a port that exclude each other. The rule is loaded and never
#   matches. For a DROP that means that what it should block passes.
# custom:
#   severity: warning
#   unit: rule
#   effect: The rule never matches.
#   why: |
#     The rule looks as if it did something, on the node as well. If it is a DROP, what it should stop passes.
#   fix: |
#     The finding says which conditions exclude each other; correct one of them. An empty set has to be filled,
#     or the rule has to go.
#   bad: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     [IPSET bad]
#
#     [RULES]
#     IN DROP -source +bad
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     [IPSET bad]
#     198.51.100.0/24
#
#     [RULES]
#     IN DROP -source +bad
package policies.dead.rule_matches_nothing

report contains {"message": message, "effect": effects[input.facts.action]} if {
	dead
	message := sprintf("no packet can match this %s%s", [input.facts.action, because])
}

dead if input.facts.fate == "empty"

# Of rules that stand in no list here, such as those of FORWARD, less is known.
dead if {
	input.facts.fate == "unknown"
	input.facts.matches_nothing
}

because := ": a set that it names has no entries" if input.facts.matches_nothing

because := "" if not input.facts.matches_nothing

effects := {
	"ACCEPT": "The rule never matches: it lets nothing pass.",
	"DROP": "The rule never matches: it blocks nothing.",
	"REJECT": "The rule never matches: it blocks nothing.",
}
