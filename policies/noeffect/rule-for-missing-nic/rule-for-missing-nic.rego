# METADATA
# scope: package
# title: A rule is bound to a network device that the guest does not have
# description: |
#   -i netN binds a rule of a guest to one of its network devices. The guest's configuration has no device of
#   this name, so the rule is made for none.
# custom:
#   severity: warning
#   unit: rule
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

report contains {"message": "{guest} has no {interface}, only {nics}"} if input.facts.missing_nic == "others"

report contains {"message": "{guest} has no {interface}"} if input.facts.missing_nic == "all"
