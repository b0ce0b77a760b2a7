# METADATA
# scope: package
# title: An address that may manage the nodes is in the blacklist
# description: |
#   The set blacklist is dropped before anything else is looked at, the set management included. An address
#   in both has no access, whatever the rules say.
# custom:
#   severity: error
#   unit: cluster
#   needs: access.stopped
#   effect: The blacklist comes first, so this address cannot manage any node.
#   why: |
#     Whoever maintains the blacklist, often a script, can lock out the administrators with it.
#   fix: |
#     Take the address out of the blacklist, or except it there with a ! in front.
#   bad: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.7
#
#     [IPSET blacklist]
#     192.0.2.0/28
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     [IPSET blacklist]
#     198.51.100.0/24
package policies.lockout.management_blacklisted

report contains {"message": message, "at": at} if {
	some at, group in blacklisted
	first := sort(group)[0]
	message := sprintf("%s of the set management is in the blacklist%s", [
		first.name,
		portion({found.extent | some found in group}),
	])
}

blacklisted[found.id] contains found if {
	some node in input.access.nodes
	some found in node.stopped
	found.kind == "management"
	found.by.kind == "blacklist"
}

portion(extents) := "" if "none" in extents

else := " in part"
