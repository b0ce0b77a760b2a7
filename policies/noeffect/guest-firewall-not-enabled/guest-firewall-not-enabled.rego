# METADATA
# scope: package
# title: A guest has rules, but its firewall is off
# description: |
#   The firewall of a guest is off unless the [OPTIONS] of its file say enable: 1, also where the datacenter's
#   firewall is on and the guest's network devices carry firewall=1. A file that says enable: 0 is taken at its
#   word and gets no more than a remark.
# custom:
#   severity: warning
#   unit: guest
#   effect: Nothing that the guest sends or receives is filtered.
#   why: |
#     Rules were written for this guest, and it is as open as if there were none.
#   fix: |
#     Set enable to 1 in the [OPTIONS] of the guest's file. policy_in is DROP from then on.
#   bad: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     -- 100.fw --
#     [RULES]
#     IN SSH(ACCEPT)
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     IN SSH(ACCEPT)
package policies.noeffect.guest_firewall_not_enabled

report contains {"message": message} if {
	not input.owner.enabled
	waiting
	not input.owner.enable
	message := sprintf("guest %d has %s, and its [OPTIONS] do not say enable: 1", [input.owner.vmid, rules])
}

report contains {"message": message, "at": input.owner.enable.id, "severity": "info"} if {
	not input.owner.enabled
	waiting
	input.owner.enable
	message := sprintf("the firewall of guest %d is switched off, with %s in its file", [input.owner.vmid, rules])
}

waiting if input.facts.live_rules > 0

rules := "1 rule" if input.facts.live_rules == 1

else := sprintf("%d rules", [input.facts.live_rules])
