# METADATA
# scope: package
# title: A management port of the node is open to every source
# description: |
#   The rule accepts traffic to a port that administers the node (SSH, web interface, consoles, pvedaemon) or
#   that a storage service listens on (rpcbind, NFS, node exporter), and neither a source nor an interface narrows it. The
#   set management opens the administrative ports to those who need them; a rule for everyone is rarely meant.
#   A source that covers all addresses of a family, such as 0.0.0.0/0 or a set of two halves, narrows nothing,
#   and neither does vmbr0, the bridge to which Proxmox attaches the node itself.
# custom:
#   severity: warning
#   unit: rule
#   effect: Every address that can reach the node can reach this port.
#   why: |
#     Login pages and SSH of a hypervisor that the world can reach are attacked all day; one weak password or
#     one old version is enough for all guests.
#   fix: |
#     Put the administrators' networks into the IPSET management and delete the rule.
#   bad: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     [RULES]
#     IN SSH(ACCEPT) -log nolog
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     [RULES]
#     IN SSH(ACCEPT) -source +management
#     IN ACCEPT -i vmbr4 -p tcp -dport 8006
#     IN HTTPS(ACCEPT)
package policies.exposure.management_port_open_to_any

# What listens on a node, by protocol and ports.
services := [
	{"name": "SSH (22)", "protos": {"tcp"}, "first": 22, "last": 22},
	{"name": "the web interface (8006)", "protos": {"tcp"}, "first": 8006, "last": 8006},
	{"name": "the SPICE proxy (3128)", "protos": {"tcp"}, "first": 3128, "last": 3128},
	{"name": "the VNC consoles (5900:5999)", "protos": {"tcp"}, "first": 5900, "last": 5999},
	{"name": "rpcbind (111)", "protos": {"tcp", "udp"}, "first": 111, "last": 111},
	{"name": "NFS (2049)", "protos": {"tcp", "udp"}, "first": 2049, "last": 2049},
	{"name": "pvedaemon (85)", "protos": {"tcp"}, "first": 85, "last": 85},
	{"name": "the node exporter (9100)", "protos": {"tcp"}, "first": 9100, "last": 9100},
]

report contains {"message": message} if {
	input.facts.on_host
	input.facts.direction == "in"
	input.facts.action == "ACCEPT"
	count(input.facts.any_source) > 0
	not input.facts.private_dest

	# That it accepts everything is said by accept-any.
	count(input.facts.catch_all) == 0
	some interface in input.facts.host_interfaces
	interface in {"", "vmbr0"}

	# A source port alone is another fault than an open port.
	not input.facts.source_port_only
	count(open) > 0

	message := sprintf("this rule opens %s to every %s source", [subject, family])
}

open := [service.name | some service in services; opened(service)]

opened(service) if {
	some range in input.facts.ports
	range.proto in service.protos
	range.first <= service.last
	range.last >= service.first
}

subject := open[0] if count(open) == 1

subject := sprintf("%s and %s", [concat(", ", array.slice(open, 0, last)), open[last]]) if {
	last := count(open) - 1
	last > 0
	not every_port
}

subject := "every port of the node, SSH and the web interface among them," if {
	count(open) > 1
	every_port
}

every_port if {
	some range in input.facts.ports
	range.proto == "tcp"
	range.first <= 1
	range.last == 65535
}

family := concat(" and ", input.facts.any_source)
