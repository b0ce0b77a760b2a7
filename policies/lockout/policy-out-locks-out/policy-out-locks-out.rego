# METADATA
# scope: package
# title: What nodes or guests need of the network is closed on its way out
# description: |
#   policy_out is not ACCEPT, or a last rule takes everything. A node then needs rules for what it looks for
#   elsewhere: names (DNS), time (NTP), packages. Without names and time, logins, certificates and the cluster
#   itself fail sooner or later. A guest that may open connections to the web but cannot look up names is closed
#   by mistake more often than on purpose. Proxmox lets a node out to its local network on the management ports
#   only, and a guest to its DHCP server unless dhcp is 0.
# custom:
#   severity: error
#   unit: cluster
#   needs: egress.closed
#   effect: Names, clocks or packages cannot be had from here.
#   why: |
#     Certificates, logins and updates depend on names and clocks, so things fail later and elsewhere.
#   fix: |
#     Accept what the finding lists, from the node or guest to the servers in question, above the end of the
#     list.
#   bad: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#     policy_out: DROP
#
#     [IPSET management]
#     192.0.2.0/24
#
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#     policy_out: DROP
#
#     [RULES]
#     OUT HTTPS(ACCEPT)
#   good: |
#     -- cluster.fw --
#     [OPTIONS]
#     enable: 1
#     policy_out: DROP
#
#     [IPSET management]
#     192.0.2.0/24
#
#     [RULES]
#     OUT DNS(ACCEPT)
#     OUT NTP(ACCEPT)
#     OUT HTTPS(ACCEPT)
package policies.lockout.policy_out_locks_out

report contains {"message": message, "at": at, "severity": severity} if {
	some at, group in hosts
	at != ""
	some closed
	group[_].closed = closed
	message := sprintf("policy_out closes the way out, and no rule opens it for %s", [concat(", ", closed)])
	severity := loudness(closed)
}

# Keyed by the line of the option: all nodes share it.
hosts[host.id] contains host if {
	some host in input.egress.hosts
	host.policy != "ACCEPT"
	count(host.closed) > 0
}

loudness(closed) := "error" if "DNS" in closed

else := "warning"

report contains {"message": message, "at": guest.id, "severity": severity, "effect": effect} if {
	some guest in input.egress.guests
	guest.id != ""
	not guest.dns
	message := sprintf("guest %d may send nothing here but what rules accept, and none accepts %s", [guest.vmid, wanted(guest)])
	severity := guest_loudness(guest)
	effect := "The guest cannot look up names unless a rule lets it."
}

wanted(guest) := "DNS" if guest.dhcp

else := "DNS and DHCP"

# A guest that may not reach the web either is sealed on purpose.
guest_loudness(guest) := "warning" if guest.web

else := "info"
