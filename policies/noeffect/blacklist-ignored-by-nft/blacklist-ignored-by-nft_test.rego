package policies.noeffect.blacklist_ignored_by_nft_test

import data.policies.noeffect.blacklist_ignored_by_nft as policy

document := {
	"cluster": {"enabled": true},
	"forward": {"nftables": ["pve1"]},
	"sets": [{"name": "blacklist", "id": "cluster.fw:4", "entries": [{"live": true}]}],
}

found(change) := {[item.at, item.message] | some item in policy.report with input as object.union(document, change)}

test_one_node if {
	found({}) == {["cluster.fw:4", "pve1 has nftables: 1, and the nftables daemon does nothing with this set"]}
}

test_nodes if {
	some [_, message] in found({"forward": {"nftables": ["pve1", "pve2"]}})
	startswith(message, "pve1, pve2 have")
}

test_silent_under_iptables if found({"forward": {"nftables": []}}) == set()

test_silent_when_empty if found({"sets": [{"name": "blacklist", "id": "cluster.fw:4", "entries": []}]}) == set()

test_silent_while_everything_is_off if found({"cluster": {"enabled": false}}) == set()
