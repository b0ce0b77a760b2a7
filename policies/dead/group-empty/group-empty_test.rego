package policies.dead.group_empty_test

import data.policies.dead.group_empty as policy

found(groups) := {item.at: item.message | some item in policy.report with input as {"facts": {"empty_groups": groups}}}

group(lines) := {"at": "group web", "name": "web", "lines": lines}

test_no_rule if found([group(0)]) == {"group web": "security group web is used but has no rule"}

test_no_live_rule if found([group(2)]) == {"group web": "security group web is used but none of its rules is in force"}

test_one_finding if count(found([group(1)])) == 1

test_silent_without if count(found([])) == 0
