# METADATA
# scope: package
# title: An exception in a set from which nothing is excepted
# description: |
#   An entry with ! takes addresses out of a larger network in the same set. Where no such network stands, there is nothing
#   to take out: the addresses were not in the set before. A set of exceptions alone does not mean "all others";
#   it is empty, and a rule that names it matches nothing.
# custom:
#   severity: warning
#   unit: file
#   effect: The entry changes nothing.
#   why: |
#     A set meant as "everybody except these" is empty. A rule that accepts from it accepts nobody, one that
#     drops drops nobody.
#   fix: |
#     Add the network from which the addresses are taken out, above or below the exception.
#   bad: |
#     -- cluster.fw --
#     [IPSET guests]
#     198.51.100.0/24
#     !192.0.2.7
#   good: |
#     -- cluster.fw --
#     [IPSET guests]
#     192.0.2.0/24
#     !192.0.2.7
package policies.dead.nomatch_without_cover

report contains object.union({"message": message, "at": entry.at}, consequence(entry)) if {
	count(input.facts.uncovered) > 0
	some entry in input.facts.uncovered
	entry.more == 0
	message := sprintf("!%s excepts nothing: no network of set %s holds it%s", [entry.text, entry.set, remark(entry)])
}

report contains {"message": message, "at": entry.at} if {
	count(input.facts.uncovered) > 0
	some entry in input.facts.uncovered
	entry.more > 0
	message := sprintf("%d more exceptions of set %s except nothing", [entry.more, entry.set])
}

remark(entry) := "" if not entry.alone

remark(entry) := ", which has nothing but exceptions" if entry.alone

consequence(entry) := {} if not entry.alone

consequence(entry) := {"effect": "The set is empty: a rule that names it matches nothing."} if entry.alone
