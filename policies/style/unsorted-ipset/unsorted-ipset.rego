# METADATA
# scope: package
# title: The entries of a set are not in order
# description: |
#   In a long list sorted by address somebody finds whether an address is there, and sees when it is there twice. The kernel
#   does not care. The finding stands at the first entry that is out of place.
# custom:
#   severity: info
#   unit: file
#   default: off
#   effect: None; the set is harder to read than it need be.
#   why: |
#     In a long list without an order the same address is entered twice, and a missing one is not noticed.
#   fix: |
#     Sort the entries by address.
#   bad: |
#     -- cluster.fw --
#     [IPSET admins]
#     192.0.2.9
#     192.0.2.7
#   good: |
#     -- cluster.fw --
#     [IPSET admins]
#     192.0.2.7
#     192.0.2.9
#     2001:db8::1
package policies.style.unsorted_ipset

report contains {"message": message, "at": entry.at} if {
	count(input.facts.unsorted) > 0
	some entry in input.facts.unsorted
	message := sprintf("%s stands below a higher address: set %s is not sorted", [entry.text, entry.set])
}
