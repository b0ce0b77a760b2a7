# METADATA
# scope: package
# title: A block of certain sources that accepts above it undercut
# description: |
#   The rule blocks packets from certain sources, but rules above it accept some of these packets, because they
#   accept from every source. Somebody who is to be kept out reaches what those rules open. Usually such a block
#   belongs above the rules that open services. An ACCEPT that names sources itself is taken for an exception
#   and not reported.
# custom:
#   severity: info
#   unit: rule
#   effect: The sources that the rule names still reach what the rules above accept from every source.
#   why: |
#     Whoever writes a block expects it to hold. Here some of the traffic gets past it, and only the order of
#     the lines tells.
#   fix: |
#     Move the block above the rules that the finding names, or say in a comment that the overlap is meant.
#   bad: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     IN ACCEPT -p tcp -dport 443
#     IN DROP -source 192.0.2.66
#     IN ACCEPT -p tcp -dport 80
#   good: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     IN DROP -source 192.0.2.66
#     IN ACCEPT -source 192.0.2.0/24 -p tcp -dport 22
#     IN DROP -source 192.0.2.128/25
#     IN ACCEPT -p tcp -dport 80
package policies.dead.conflicting_overlap

report contains {"message": message} if {
	input.facts.undercut
	input.facts.direction in {"in", "group"}
	not input.facts.fate in {"shadowed", "empty"}
	message := sprintf("this %s does not stop everything from its sources: {undercut} accepted some of it before", [
		input.facts.action,
	])
}
