# METADATA
# scope: package
# title: The policy lets everything in that no rule blocks
# description: |
#   policy_in: ACCEPT turns the firewall into a list of what is forbidden. That is a way to switch guest firewalls on
#   without touching the nodes, and a way to believe that a firewall is on while it blocks nothing. The
#   finding is a remark: it says how many rules block anything at all.
# custom:
#   severity: info
#   unit: file
#   effect: Whatever no rule blocks is let in.
#   why: |
#     What is forgotten in a list of forbidden things is open. What is forgotten in a list of permitted ones is
#     noticed.
#   fix: |
#     Write rules for what has to get in, then set policy_in to DROP. Keep it where the list is meant to be one
#     of exceptions.
#   bad: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#     policy_in: ACCEPT
#
#     [RULES]
#     IN SSH(ACCEPT)
#   good: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#     policy_in: DROP
#
#     -- 101.fw --
#     [OPTIONS]
#     enable: 0
#     policy_in: ACCEPT
package policies.exposure.policy_in_accept

report contains {"message": message, "at": "option policy_in"} if {
	input.facts.policy_in == "ACCEPT"
	input.facts.enabled
	message := sprintf("policy_in is ACCEPT and %s", [blocked])
}

blocked := sprintf("no rule blocks anything: the firewall of %s lets everything in", [owner]) if input.facts.blocking_in == 0

blocked := "only one rule blocks anything" if input.facts.blocking_in == 1

blocked := sprintf("only %d rules block anything", [input.facts.blocking_in]) if input.facts.blocking_in > 1

owner := "the nodes" if input.facts.kind == "cluster"

owner := "the guest" if input.facts.kind != "cluster"
