# METADATA
# scope: package
# title: A rule accepts everything
# description: |
#   An IN ACCEPT that names neither a source nor a port takes every packet that comes to it. Below it nothing is
#   reached, and the policy, DROP or not, has nothing left to decide. On a node that opens SSH and the web
#   interface to everybody; on a guest it is the same as no firewall. Bound to one family the rule is
#   only reported on nodes: on a guest somebody who writes ::/0 means it. A destination that lists the guest's own
#   addresses (ipfilter-netN) leaves nothing out either.
# custom:
#   severity: warning
#   unit: rule
#   effect: Every packet that reaches this rule is let in.
#   why: |
#     One such line undoes everything else in the list. Often it is left behind after a search for a fault.
#   fix: |
#     Say from where and to which port. To let a guest go without a firewall, switch its firewall off, so that
#     nobody is misled.
#   bad: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     IN ACCEPT -log nolog
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     [RULES]
#     IN ACCEPT -i vmbr4
#
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     IN ACCEPT -p tcp
#     IN ACCEPT -source 192.0.2.0/24
#     IN ACCEPT -source ::/0
package policies.exposure.accept_any

report contains {"message": message} if {
	count(input.facts.catch_all) > 0
	input.facts.direction == "in"
	input.facts.action == "ACCEPT"
	message := sprintf("this rule accepts everything%s: %s", [family, opened])
}

report contains {"message": message} if {
	input.facts.own_dest
	input.facts.every_port
	input.facts.on_guest
	input.facts.direction == "in"
	input.facts.action == "ACCEPT"
	not input.facts.under_accept_policy
	count(input.facts.any_source) > 0
	message := sprintf("this rule accepts everything: %s", [guest_is_open])
}

guest_is_open := "the guest's policy_in decides nothing"

# vmbr0 is the bridge to which Proxmox attaches the node itself.
opened := "every port of the node, SSH and the web interface among them, is open" if {
	some interface in input.facts.host_interfaces
	interface in {"", "vmbr0"}
}

# Under a policy that accepts anyway the rule opens nothing.
opened := guest_is_open if {
	not input.facts.on_host
	input.facts.on_guest
	not input.facts.under_accept_policy
	count(input.facts.catch_all) == 2
}

default family := ""

family := sprintf(" of %s", [input.facts.catch_all[0]]) if count(input.facts.catch_all) == 1
