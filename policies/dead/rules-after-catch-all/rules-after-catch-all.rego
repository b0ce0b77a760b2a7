# METADATA
# scope: package
# title: A rule below one that takes every packet
# description: |
#   Rules are tried from top to bottom and the first match decides. Below a rule that matches every packet of
#   its direction nothing is reached any more. An exception to a DROP has to stand above it, and a DROP below
#   an ACCEPT of everything blocks nothing.
# custom:
#   severity: warning
#   unit: rule
#   effect: The rule is never reached.
#   why: |
#     People add rules at the end. Below a rule for everything none of them works, and nothing says so on the
#     node.
#   fix: |
#     Move the rule above the one that takes everything, or delete that one and leave the rest to the policy.
#   bad: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     OUT DROP -dest 0.0.0.0/0
#     OUT ACCEPT -dest 192.0.2.0/24
#   good: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     OUT ACCEPT -dest 192.0.2.0/24
#     OUT DROP -dest 0.0.0.0/0
#     OUT ACCEPT -dest 2001:db8::/32
#     IN ACCEPT -p tcp -dport 22
package policies.dead.rules_after_catch_all

report contains {"message": message, "effect": effects[catcher][rule], "reorder": true} if {
	input.facts.behind != ""
	message := sprintf("this %s is never reached: a %s above takes every packet before it", [
		input.facts.action,
		input.facts.behind,
	])
	catcher := passes(input.facts.behind)
	rule := passes(input.facts.action)
}

passes("ACCEPT") := "passes"

passes(action) := "is blocked" if action in {"DROP", "REJECT"}

effects := {
	"passes": {
		"passes": "The rule is never reached; what it accepts passes anyway.",
		"is blocked": "The rule is never reached: what it should block passes.",
	},
	"is blocked": {
		"passes": "The rule is never reached: what it should let pass is blocked.",
		"is blocked": "The rule is never reached; what it blocks is blocked anyway.",
	},
}
