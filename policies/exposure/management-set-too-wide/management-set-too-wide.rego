# METADATA
# scope: package
# title: A set that may manage the nodes holds a piece of the internet
# description: |
#   The set management, and any set that a rule opens SSH or the web interface of the nodes to, should list
#   the addresses of people. A network of 16 million public addresses or more has no single owner: two halves of
#   the internet (0.0.0.0/1 and 128.0.0.0/1) get round Proxmox's refusal of 0.0.0.0/0, and 100.0.0.0/8 is written
#   where the shared space 100.64.0.0/10 is meant. Private networks are never too wide.
# custom:
#   severity: warning
#   unit: file
#   effect: Strangers can reach the management ports of every node.
#   why: |
#     The set is the key to the whole cluster. A network with millions of addresses in it means a key for each
#     of them.
#   fix: |
#     List the networks in which administrators sit. For changing addresses use a VPN and list its network.
#   bad: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     0.0.0.0/1
#     128.0.0.0/1
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     10.0.0.0/8
#     100.64.0.0/10
#     203.0.113.0/24
#     2001:db8::/32
package policies.exposure.management_set_too_wide

management_ports := {22, 8006}

report contains {"message": message, "at": first.at} if {
	count(input.facts.wide) > 0
	some set in {entry.set | some entry in input.facts.wide}
	some family in {"IPv4", "IPv6"}
	entries := [entry | some entry in input.facts.wide; entry.set == set; entry.family == family; manages(entry)]
	first := entries[0]
	message := sprintf("%s is in set %s%s: %s", [first.text, set, others(entries), share(first)])
}

manages(entry) if {
	input.facts.kind == "cluster"
	entry.set == "management"
}

manages(entry) if {
	some port in management_ports
	some range in entry.opens
	range.proto == "tcp"
	range.first <= port
	range.last >= port
}

others(entries) := "" if count(entries) == 1

others(entries) := sprintf(", and %d more like it", [count(entries) - 1]) if count(entries) > 1

share(entry) := sprintf("half of all %s addresses may manage the nodes", [entry.family]) if entry.bits == 1

share(entry) := sprintf("a /%d of public %s addresses has no single owner", [entry.bits, entry.family]) if entry.bits != 1
