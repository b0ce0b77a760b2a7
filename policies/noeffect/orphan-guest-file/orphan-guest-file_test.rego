package policies.noeffect.orphan_guest_file_test

import data.policies.noeffect.orphan_guest_file as policy

found(rules) := {[item.at, item.message] | some item in policy.report with input as {"orphans": [{"id": "101.fw", "vmid": 101, "rules": rules}]}}

test_empty if found(0) == {["101.fw", "no node has a guest 101, so nobody reads this file"]}

test_one_rule if found(1) == {["101.fw", "no node has a guest 101, so nobody reads this file and its rule"]}

test_rules if found(7) == {["101.fw", "no node has a guest 101, so nobody reads this file and its 7 rules"]}

test_silent_without_orphans if count(policy.report) == 0 with input as {"orphans": []}
