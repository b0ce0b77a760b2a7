# METADATA
# scope: package
# title: A rule accepts by the sender's port alone
# description: |
#   -sport is the port that the packet comes from, -dport the one that it goes to. The sender chooses its port freely,
#   so a rule that only asks for a source port lets this sender reach every port. Mostly -dport was
#   meant: the service that the port belongs to stays closed, and everything else is open. Replies need no
#   rule, since packets of known connections are accepted before all rules.
# custom:
#   severity: warning
#   unit: rule
#   effect: A sender that uses this port itself reaches every port; the port named here is not opened.
#   why: |
#     Anybody can send from port 53 or 80. The rule is an open door with a sign that says DNS.
#   fix: |
#     Write -dport in the place of -sport. For answers to the guest's own requests no rule is needed.
#   bad: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     IN ACCEPT -p tcp -sport 3128 -source 192.0.2.0/24
#   good: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     IN ACCEPT -p tcp -dport 3128
#     IN ACCEPT -p udp -sport 67 -dport 68
#     IN DROP -p udp -sport 53
package policies.exposure.source_port_accept

report contains {"message": message} if {
	input.facts.direction == "in"
	input.facts.action == "ACCEPT"
	input.facts.source_ports != ""
	message := sprintf("-sport %s is the sender's port: every port is opened to those who use it; -dport was probably meant", [input.facts.source_ports])
}
