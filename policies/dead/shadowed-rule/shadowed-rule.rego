# METADATA
# scope: package
# title: A rule all of whose packets are taken by the rules above it
# description: |
#   Rules are tried from top to bottom and the first match decides. If every packet that a rule matches is
#   decided above it, by one rule or by several together, the rule decides nothing. A DROP that stands behind
#   such ACCEPTs blocks nothing, and an ACCEPT behind such DROPs lets nothing pass. What the built-in rules of
#   the firewall decide before any other counts as well, and so do the rules of a group that is used above.
#   A rule is judged in every place where it is used and in both families: it is reported when it is dead in
#   all of them, and one that is dead in some places only says in which.
# custom:
#   severity: warning
#   unit: rule
#   effect: The rule decides nothing.
#   why: |
#     The rule is believed to work. A DROP that is shadowed is an open door that its owner takes for closed; an
#     ACCEPT that is shadowed is an outage that cannot be explained.
#   fix: |
#     Move the rule above those that the finding names, narrow them, or delete the rule if they are right.
#   bad: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     IN ACCEPT -p tcp -dport 1:1023
#     IN DROP -p tcp -dport 25 -source 192.0.2.0/24
#   good: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     IN DROP -p tcp -dport 25 -source 192.0.2.0/24
#     IN ACCEPT -p tcp -dport 1:1023
#     IN ACCEPT -p tcp -dport 1023:1024
package policies.dead.shadowed_rule

report contains {"message": message, "effect": effect, "severity": severity} if {
	input.facts.fate == "shadowed"

	# Below a catch-all another finding says it.
	input.facts.behind == ""
	not spelt_out
	message := sprintf("this %s %s%s: {blockers} %s", [input.facts.action, fault, place, hiding])
}

# Whoever writes down what the firewall accepts by itself has reasons.
spelt_out if {
	input.facts.cover.builtin
	input.facts.action == "ACCEPT"
	opposed == ""
}

place := " in {uses}" if input.facts.cover.partly

place := "" if not input.facts.cover.partly

blocks := {"DROP", "REJECT"}

opposed := input.facts.cover.opposed

# What the rule would have done and what happens instead.
kind := "exposure" if {
	not input.facts.cover.mixed
	input.facts.action in blocks
	opposed == "ACCEPT"
}

kind := "outage" if {
	not input.facts.cover.mixed
	input.facts.action == "ACCEPT"
	opposed in blocks
}

kind := "other answer" if {
	not input.facts.cover.mixed
	input.facts.action in blocks
	opposed in blocks
}

kind := "repeated" if opposed == ""

# Exceptions, and then the same once more.
kind := "repeated" if input.facts.cover.mixed

fault := {
	"exposure": "blocks nothing",
	"outage": "lets nothing pass",
	"other answer": "is never reached",
	"repeated": "is never reached",
}[kind]

hiding := {
	"exposure": "accepted all its packets before",
	"outage": "stopped all its packets before",
	"other answer": "stopped all its packets before",
	"repeated": "took all its packets before",
}[kind]

effect := {
	"exposure": "What the rule should block passes.",
	"outage": "What the rule should let pass is blocked.",
	"other answer": "Its packets are blocked, but not in the way that it asks for.",
	"repeated": "Without the rule nothing changes.",
}[kind]

severity := "info" if {
	input.facts.cover.partly
} else := {"exposure": "error", "outage": "warning", "other answer": "info", "repeated": "info"}[kind]
