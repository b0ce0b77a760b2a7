package policies.style.unsorted_ipset_test

import data.policies.style.unsorted_ipset as policy

entry(set) := {"at": sprintf("set %s 1", [set]), "set": set, "text": "192.0.2.7"}

found(entries) := {item.at: item.message | some item in policy.report with input as {"facts": {"unsorted": entries}}}

test_named if found([entry("a")]) == {"set a 1": "192.0.2.7 stands below a higher address: set a is not sorted"}

test_each_set if count(found([entry("a"), entry("b")])) == 2

test_one_finding_each if count(found([entry("a")])) == 1

test_silent_without if count(found([])) == 0
