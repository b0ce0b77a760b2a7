package policies.noeffect.vnet_needs_nftables_test

import data.policies.noeffect.vnet_needs_nftables as policy

vnet := {"id": "vnet/apps.fw", "name": "apps", "enabled": true, "rules": 0, "policy": "DROP"}

found(change, iptables, nftables) := {item.message |
	some item in policy.report with input as {"vnets": [object.union(vnet, change)], "forward": {"iptables": iptables, "nftables": nftables}}
}

test_policy if {
	found({}, ["pve1"], []) == {"the firewall of VNet apps is enabled, and no node has nftables: 1, so nobody reads it"}
}

test_rules if count(found({"rules": 1, "policy": "ACCEPT"}, [], [])) == 1

test_some_nodes if {
	found({}, ["pve1"], ["pve2"]) == {"the firewall of VNet apps is enabled, and pve1, without nftables: 1, do not read it"}
}

test_silent_under_nftables if found({}, [], ["pve1"]) == set()

test_silent_when_disabled if found({"enabled": false}, ["pve1"], []) == set()

test_silent_when_it_asks_for_nothing if found({"policy": "ACCEPT"}, ["pve1"], []) == set()
