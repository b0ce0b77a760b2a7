# METADATA
# scope: package
# title: The only rule that opens a node to its administrators is disabled
# description: |
#   A rule with | in front is kept and does nothing. This one would open the web interface or SSH, nothing
#   else lets anybody beyond the local network in, and the firewall is on.
# custom:
#   severity: error
#   unit: cluster
#   needs: cluster.enabled, access.locked
#   effect: Only the local network can administer the node.
#   why: |
#     Somebody has switched the rule off, perhaps for a test. Sessions that are open go on and hide the lockout
#     until they end.
#   fix: |
#     Delete the | in front of the rule, or put the addresses into the set management.
#   bad: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     |IN ACCEPT -source 192.0.2.0/24 -p tcp -dport 22,8006
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     [RULES]
#     |IN ACCEPT -source 192.0.2.0/24 -p tcp -dport 22,8006
package policies.lockout.management_rule_disabled

report contains {"message": message, "at": line.id} if {
	input.cluster.enabled
	some node in input.access.nodes
	node.locked
	some line in input.access.broken
	line.disabled
	message := sprintf("this rule is disabled, and nothing else opens %s to anybody beyond the local network", [subject(line)])
}

subject(line) := "the web interface" if covers(line, 8006)

else := "SSH"

covers(line, port) if {
	some range in line.ports
	range.proto == "tcp"
	range.first <= port
	range.last >= port
}
