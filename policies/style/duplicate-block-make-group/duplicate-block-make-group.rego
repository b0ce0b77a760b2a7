# METADATA
# scope: package
# title: Guests repeat the same rules
# description: |
#   The same rules stand one below the other in three files of guests or more. A security group in cluster.fw holds them once:
#   a GROUP rule in each guest takes their place, and a change reaches all of them. Rules bound to a network
#   device are left out, since groups have none.
# custom:
#   severity: info
#   unit: cluster
#   default: off
#   effect: A change has to be made in every one of these files.
#   why: |
#     Copies drift apart. One guest misses the change that the others got.
#   fix: |
#     Move the rules into a group in cluster.fw and put a GROUP rule in their place.
#   bad: |
#     -- 100.fw --
#     [RULES]
#     IN SSH(ACCEPT) -source 192.0.2.7
#     IN Ping(ACCEPT)
#     IN ACCEPT -p tcp -dport 9100 -source 192.0.2.8
#
#     -- 101.fw --
#     [RULES]
#     IN HTTPS(ACCEPT)
#     IN SSH(ACCEPT) -source 192.0.2.7
#     IN Ping(ACCEPT)
#     IN ACCEPT -p tcp -dport 9100 -source 192.0.2.8 # monitor
#
#     -- 102.fw --
#     [RULES]
#     IN SSH(ACCEPT) -source 192.0.2.7
#     IN Ping(ACCEPT)
#     IN ACCEPT -p tcp -dport 9100 -source 192.0.2.8
#   good: |
#     -- cluster.fw --
#     [group base]
#     IN SSH(ACCEPT) -source 192.0.2.7
#     IN Ping(ACCEPT)
#     IN ACCEPT -p tcp -dport 9100 -source 192.0.2.8
#
#     -- 100.fw --
#     [RULES]
#     GROUP base
#
#     -- 101.fw --
#     [RULES]
#     IN HTTPS(ACCEPT)
#     GROUP base
#
#     -- 102.fw --
#     [RULES]
#     GROUP base
package policies.style.duplicate_block_make_group

most_names := 5

report contains {"message": message, "at": block.at} if {
	some block in input.repeated
	message := sprintf("from here on %d rules stand in %d guests alike (%s): a security group would hold them once", [
		block.rules,
		count(block.guests),
		concat(", ", names(block.guests)),
	])
}

names(guests) := [sprintf("%d", [vmid]) | some vmid in guests] if count(guests) <= most_names

names(guests) := array.concat(shown, ["..."]) if {
	count(guests) > most_names
	shown := [sprintf("%d", [vmid]) | some vmid in array.slice(guests, 0, most_names)]
}
