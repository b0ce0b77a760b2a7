# METADATA
# scope: package
# title: A rule is bound to a network device that the guest does not have
# description: |
#   -i netN binds a rule of a guest to one of its network devices. The guest's configuration has no device of
#   this name, so the rule is made for none.
# custom:
#   severity: warning
#   unit: guest
#   effect: The rule is never made.
#   why: |
#     The rule is in the file and in the interface and nowhere else. Devices get other numbers when they are
#     added again.
#   fix: |
#     Name a device that the guest has, or leave -i away to mean all of them.
#   bad: |
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
#     IN SSH(ACCEPT) -i net1
#     -- 100.conf --
#     net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1
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
#     IN SSH(ACCEPT) -i net0
#     -- 100.conf --
#     net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1
package policies.noeffect.rule_for_missing_nic

report contains {"message": message, "at": rule.id} if {
	input.owner.nics_known
	names := {nic.name | some nic in input.owner.nics}
	some rule in input.rules
	regex.match(`^net[0-9]+$`, rule.iface)
	not rule.iface in names
	message := sprintf("guest %d has no %s%s", [input.owner.vmid, rule.iface, others(names)])
}

others(names) := sprintf(", only %s", [concat(", ", sort(names))]) if count(names) > 0

else := ""
