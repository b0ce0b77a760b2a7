package policies.noeffect.helper_ineffective_test

import data.policies.noeffect.helper_ineffective as policy

owner := {"options": {"nftables": "1"}, "helpers": {"id": "host.fw:3", "value": "ftp"}}

found(owners) := {[item.at, item.message] | some item in policy.report with input as {"owner": owners}}

test_one if found(owner) == {["host.fw:3", "with nftables: 1 no helper is attached for ftp"]}

test_several if {
	some [_, message] in found(object.union(owner, {"helpers": {"value": "ftp,sip"}}))
	message == "with nftables: 1 no helpers are attached for ftp,sip"
}

test_silent_under_iptables if found(object.union(owner, {"options": {"nftables": "0"}})) == set()

test_silent_without_helpers if found({"options": {"nftables": "1"}}) == set()
