package policies.dead.conflicting_overlap_test

import data.policies.dead.conflicting_overlap as policy

messages(undercut, direction, fate) := {one.message |
	facts := {"undercut": undercut, "direction": direction, "fate": fate, "action": "DROP"}
	some one in policy.report with input as {"facts": facts}
}

test_undercut if {
	some message in messages(true, "in", "alive")
	startswith(message, "this DROP does not stop everything")
}

test_one_finding if count(messages(true, "in", "redundant")) == 1

test_silent_when_shadowed if messages(true, "in", "shadowed") == set()

test_silent_on_out if messages(true, "out", "alive") == set()

test_silent_elsewhere if messages(false, "in", "alive") == set()
