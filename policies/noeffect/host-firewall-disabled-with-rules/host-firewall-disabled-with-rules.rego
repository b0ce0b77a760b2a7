# METADATA
# scope: package
# title: A node's firewall is off, and its host.fw has rules
# description: |
#   enable: 0 in host.fw switches off what is filtered for the node itself: the rules of host.fw, those of
#   cluster.fw and its policies. Guests keep theirs. Rules left in the file look as if they protected the node.
# custom:
#   severity: warning
#   unit: node
#   effect: Nothing that the node itself sends or receives is filtered.
#   why: |
#     The node is the most valuable machine in the house, and whoever reads its file believes it protected.
#   fix: |
#     Delete the option, once `pvefw lint` finds nothing of the category lockout; or delete the rules.
#   bad: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     -- host.fw --
#     [OPTIONS]
#     enable: 0
#
#     [RULES]
#     IN DROP -p tcp -dport 111
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     -- host.fw --
#     [OPTIONS]
#     enable: 0
package policies.noeffect.host_firewall_disabled_with_rules

report contains {"message": message, "at": input.owner.enable.id} if {
	not input.owner.enabled
	count(input.rules) > 0
	message := sprintf("this switches the firewall of %s off, so %s", [subject, rules])
}

subject := sprintf("node %s", [input.owner.name]) if input.owner.name != ""

else := "the node"

rules := "the rule below does nothing" if count(input.rules) == 1

else := sprintf("the %d rules of this file do nothing", [count(input.rules)])
