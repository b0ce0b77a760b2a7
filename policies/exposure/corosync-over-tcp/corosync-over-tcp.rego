# METADATA
# scope: package
# title: The ports of corosync are opened for TCP
# description: |
#   Corosync talks UDP only, on 5405 to 5412 (5404 and 5405 before its third version). A rule for TCP opens ports that
#   nobody listens on and does nothing for the cluster, whose links the firewall accepts by itself as far as corosync.conf
#   lists them.
# custom:
#   severity: info
#   unit: rule
#   effect: Nothing listens there; corosync's own packets are not helped.
#   why: |
#     If the rule is there because the cluster lost quorum, the cause is still there.
#   fix: |
#     Delete the rule. For links that Proxmox does not know of, open UDP 5405 to 5412 between the nodes.
#   bad: |
#     -- cluster.fw --
#     [RULES]
#     IN ACCEPT -source 192.0.2.0/24 -p tcp -dport 5404:5405
#   good: |
#     -- cluster.fw --
#     [RULES]
#     IN ACCEPT -source 192.0.2.0/24 -p udp -dport 5405:5412
#     IN ACCEPT -source 192.0.2.0/24 -p tcp -dport 5000:6000
package policies.exposure.corosync_over_tcp

first_port := 5404

last_port := 5412

report contains {"message": message} if {
	input.facts.on_host
	input.facts.action == "ACCEPT"
	some range in input.facts.ports
	range.proto == "tcp"
	range.first >= first_port
	range.last <= last_port
	message := "corosync uses UDP only, and this rule opens its ports for TCP"
}
