# METADATA
# scope: package
# title: A database is open to every source
# description: |
#   The rule accepts connections to a port that databases and caches listen on, from everywhere. They are made for a few
#   known clients: many of them answer without a password, and none is hardened for strangers. Name those
#   clients as source, at best with a set.
# custom:
#   severity: warning
#   unit: rule
#   effect: Every address that can reach the guest or node can talk to the database.
#   why: |
#     Databases that anybody can reach are found by scanners within hours and emptied or encrypted.
#   fix: |
#     Put the clients into an IPSET and name it as the source.
#   bad: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     IN MySQL(ACCEPT)
#   good: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     IN MySQL(ACCEPT) -source 192.0.2.0/24
#     IN HTTPS(ACCEPT)
#     IN ACCEPT -p tcp -dport 1024:65535
package policies.exposure.database_port_open_to_any

databases := {
	["tcp", 1433]: "SQL Server",
	["tcp", 1521]: "Oracle",
	["tcp", 2379]: "etcd",
	["tcp", 3306]: "MySQL",
	["tcp", 5432]: "PostgreSQL",
	["tcp", 5984]: "CouchDB",
	["tcp", 6379]: "Redis",
	["tcp", 9042]: "Cassandra",
	["tcp", 9200]: "Elasticsearch",
	["tcp", 11211]: "memcached",
	["udp", 11211]: "memcached",
	["tcp", 27017]: "MongoDB",
}

# A range of more ports than this means something else, such as the consoles of guests (5900:5999).
most_ports := 20

report contains {"message": message} if {
	input.facts.direction == "in"
	input.facts.action == "ACCEPT"
	count(input.facts.any_source) > 0
	not input.facts.private_dest
	not input.facts.source_port_only
	looked_at
	count(open) > 0
	message := sprintf("this rule opens %s to every %s source", [
		concat(" and ", sort(open)),
		concat(" and ", input.facts.any_source),
	])
}

looked_at if input.facts.on_guest

looked_at if {
	some interface in input.facts.host_interfaces
	interface in {"", "vmbr0"}
}

open contains sprintf("%s (%d)", [name, port]) if {
	some [proto, port], name in databases
	some range in input.facts.ports
	range.proto == proto
	range.first <= port
	range.last >= port
	range.last - range.first < most_ports
}
