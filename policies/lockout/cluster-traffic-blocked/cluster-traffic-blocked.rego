# METADATA
# scope: package
# title: Traffic that the cluster lives on does not get through
# description: |
#   Which traffic that is stands in files beside the firewall's own: the links of corosync.conf, the migration
#   network of datacenter.cfg, the servers of storage.cfg, the VXLAN and BGP peers of the software-defined
#   network. A flow counts as blocked when every packet of it that begins a connection is stopped. Corosync uses
#   equal ports on both sides, so replies of one direction open the other; a link counts when neither direction
#   can begin.
# custom:
#   severity: error
#   unit: cluster
#   needs: traffic
#   effect: Nodes lose the cluster, guests their storage, or migrations fail.
#   why: |
#     A cluster without its links loses quorum, and a node without its storage takes its guests along.
#   fix: |
#     Accept the traffic that the finding names, or add the peers' network to the set management where that
#     covers it.
#   bad: |
#     -- .pvefw.yaml --
#     nodes:
#       pve1: {address: 192.0.2.11, addresses: [192.0.2.11, 10.9.0.11], local_network: 192.0.2.0/24}
#       pve2: {address: 192.0.2.12, addresses: [192.0.2.12, 10.9.0.12], local_network: 192.0.2.0/24}
#     -- nodes/pve1/host.fw --
#     -- nodes/pve2/host.fw --
#     -- firewall/cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#
#     -- datacenter.cfg --
#     migration: type=insecure,network=10.9.0.0/24
#   good: |
#     -- .pvefw.yaml --
#     nodes:
#       pve1: {address: 192.0.2.11, addresses: [192.0.2.11, 10.9.0.11], local_network: 192.0.2.0/24}
#       pve2: {address: 192.0.2.12, addresses: [192.0.2.12, 10.9.0.12], local_network: 192.0.2.0/24}
#     -- nodes/pve1/host.fw --
#     -- nodes/pve2/host.fw --
#     -- firewall/cluster.fw --
#     [OPTIONS]
#     enable: 1
#
#     [IPSET management]
#     192.0.2.0/24
#     10.9.0.0/24
#     -- datacenter.cfg --
#     migration: type=insecure,network=10.9.0.0/24
package policies.lockout.cluster_traffic_blocked

report contains {"message": message, "at": place, "related": related} if {
	some key, group in blocked
	[what, direction, place] := key
	first := sort(group)[0]
	message := sprintf("%s does not get %s: %s meets %s", [
		what,
		way(direction, group),
		first.witness,
		obstacle(first.by, direction),
	])
	related := [{"at": at, "message": "this asks for it"} | some at in {flow.asked | some flow in group; flow.asked != ""}]
}

blocked[[flow.what, flow.direction, place_of(flow.by)]] contains flow if some flow in input.traffic

place_of(by) := by.id if by.id != ""

else := input.cluster.id

way("in", group) := sprintf("into %s from %s", [names({flow.node | some flow in group}), names({flow.peer | some flow in group})])

way("out", group) := sprintf("out of %s to %s", [names({flow.node | some flow in group}), names({flow.peer | some flow in group})])

names(list) := concat(", ", array.slice(sort(list), 0, 4)) if count(list) <= 4

else := sprintf("%s and %d more", [concat(", ", array.slice(sort(list), 0, 4)), count(list) - 4])

obstacle(by, _) := sprintf("\"%s\"", [by.text]) if by.kind == "rule"

obstacle(by, direction) := sprintf("policy_%s", [direction]) if by.kind == "policy"

obstacle(by, _) := "a rule of Proxmox's own" if by.kind in {"built-in", "blacklist"}
