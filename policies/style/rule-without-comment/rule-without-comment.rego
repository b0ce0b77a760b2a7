# METADATA
# scope: package
# title: A rule does not say what it is for
# description: |
#   After a year nobody knows why a rule is there, and nobody dares to delete it. A comment behind the rule survives Proxmox's
#   own editor; one on the line above does not, but counts here. Rules that use a macro or a group say enough by their name.
# custom:
#   severity: info
#   unit: rule
#   default: off
#   effect: None; the reason for the rule is lost.
#   why: |
#     Rules outlive those who asked for them.
#   fix: |
#     Write behind the rule who needs it and why, perhaps with the number of a ticket.
#   bad: |
#     -- 100.fw --
#     [RULES]
#     IN ACCEPT -p tcp -dport 8443 -source 192.0.2.7
#   good: |
#     -- 100.fw --
#     [RULES]
#     IN ACCEPT -p tcp -dport 8443 -source 192.0.2.7 # the console of the backup
#     # the monitor
#     IN ACCEPT -p tcp -dport 9100 -source 192.0.2.8
#     IN HTTPS(ACCEPT)
package policies.style.rule_without_comment

report contains {"message": "this rule has no comment that says what it is for"} if {
	not input.facts.commented
	not input.facts.named
	input.facts.direction != "group"
}
