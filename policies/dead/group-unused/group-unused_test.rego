package policies.dead.group_unused_test

import data.policies.dead.group_unused as policy

found(groups) := {item.at: item.message | some item in policy.report with input as {"facts": {"unused_groups": groups}}}

web := {"at": "group web", "name": "web"}

mail := {"at": "group mail", "name": "mail"}

test_named if found([web]) == {"group web": "security group web is used nowhere"}

test_each if object.keys(found([web, mail])) == {"group web", "group mail"}

test_one_finding_each if count(found([web])) == 1

test_silent_without if count(found([])) == 0
