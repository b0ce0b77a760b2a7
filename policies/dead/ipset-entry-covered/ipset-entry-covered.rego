# METADATA
# scope: package
# title: An entry of a set lies within another one
# description: |
#   A set that holds 192.0.2.0/24 holds 192.0.2.7 already. The kernel goes by the smallest network around an address, so
#   an entry matters only when the one around it says the opposite: an address below an exception (!), or an exception
#   below a network.
# custom:
#   severity: info
#   unit: file
#   effect: Without the entry the set means the same.
#   why: |
#     Entries that mean nothing hide those that do, and deleting one of them seems to close something and does
#     not.
#   fix: |
#     Delete the smaller entry. If it is there for the day on which the larger one goes, say so in its comment.
#   bad: |
#     -- cluster.fw --
#     [IPSET admins]
#     192.0.2.0/24
#     192.0.2.7
#   good: |
#     -- cluster.fw --
#     [IPSET admins]
#     192.0.2.0/24
#     !192.0.2.128/25
#     192.0.2.200
package policies.dead.ipset_entry_covered

report contains {"message": message, "at": entry.at, "remove": true} if {
	count(input.facts.covered) > 0
	some entry in input.facts.covered
	entry.more == 0
	message := sprintf("%s lies within %s of the same set", [entry.text, entry.by])
}

report contains {"message": message, "at": entry.at} if {
	count(input.facts.covered) > 0
	some entry in input.facts.covered
	entry.more > 0
	message := sprintf("%d more entries of set %s lie within others", [entry.more, entry.set])
}
