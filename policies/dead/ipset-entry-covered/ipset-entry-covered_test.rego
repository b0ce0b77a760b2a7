package policies.dead.ipset_entry_covered_test

import data.policies.dead.ipset_entry_covered as policy

entry := {"at": "set admins 1", "set": "admins", "more": 0, "text": "192.0.2.7", "by": "192.0.2.0/24"}

rest := {"at": "set admins", "set": "admins", "more": 12}

found(entries) := {item.at: item.message | some item in policy.report with input as {"facts": {"covered": entries}}}

test_names_both if found([entry]) == {"set admins 1": "192.0.2.7 lies within 192.0.2.0/24 of the same set"}

test_rest_is_counted if found([entry, rest])["set admins"] == "12 more entries of set admins lie within others"

test_line_can_go if {
	some item in policy.report with input as {"facts": {"covered": [entry]}}
	item.remove
}

test_silent_without if count(found([])) == 0
