package policies.style.mergeable_entries_test

import data.policies.style.mergeable_entries as policy

entry := {
	"at": "set admins 1",
	"set": "admins",
	"more": 0,
	"text": "192.0.2.128/25",
	"other": "192.0.2.0/25",
	"into": "192.0.2.0/24",
}

found(entries) := {item.at: item.message | some item in policy.report with input as {"facts": {"joinable": entries}}}

test_names_all_three if found([entry]) == {"set admins 1": "192.0.2.0/25 and 192.0.2.128/25 together are 192.0.2.0/24"}

test_rest_is_counted if {
	found([{"at": "set admins", "set": "admins", "more": 5}]) == {"set admins": "5 more entries of set admins are halves of larger networks"}
}

test_one_finding_each if count(found([entry])) == 1

test_silent_without if count(found([])) == 0
