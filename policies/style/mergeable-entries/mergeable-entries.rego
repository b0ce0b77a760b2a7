# METADATA
# scope: package
# title: Two entries of a set are the halves of one network
# description: |
#   192.0.2.0/25 and 192.0.2.128/25 together are 192.0.2.0/24. One line says it shorter. Single addresses are left alone,
#   and so are halves that have a comment each: they are meant to be told apart.
# custom:
#   severity: info
#   unit: file
#   effect: None; the set is longer than it need be.
#   why: |
#     A set is read more often than it is written.
#   fix: |
#     Write the larger network in the place of its halves.
#   bad: |
#     -- cluster.fw --
#     [IPSET admins]
#     192.0.2.0/25
#     192.0.2.128/25
#   good: |
#     -- cluster.fw --
#     [IPSET admins]
#     192.0.2.0/25 # upstairs
#     192.0.2.128/25 # downstairs
#     198.51.100.2
#     198.51.100.3
#     10.0.1.0/24
#     10.0.2.0/24
package policies.style.mergeable_entries

report contains {"message": message, "at": entry.at} if {
	count(input.facts.joinable) > 0
	some entry in input.facts.joinable
	entry.more == 0
	message := sprintf("%s and %s together are %s", [entry.other, entry.text, entry.into])
}

report contains {"message": message, "at": entry.at} if {
	count(input.facts.joinable) > 0
	some entry in input.facts.joinable
	entry.more > 0
	message := sprintf("%d more entries of set %s are halves of larger networks", [entry.more, entry.set])
}
