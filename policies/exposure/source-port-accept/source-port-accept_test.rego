package policies.exposure.source_port_accept_test

import data.policies.exposure.source_port_accept as policy

messages(direction, action, ports) := {found.message |
	facts := {"direction": direction, "action": action, "source_ports": ports}
	some found in policy.report with input as {"facts": facts}
}

test_names_the_port if {
	some message in messages("in", "ACCEPT", "5900:5999")
	startswith(message, "-sport 5900:5999 is the sender's port")
}

test_silent_on_drop if messages("in", "DROP", "53") == set()

test_silent_on_out if messages("out", "ACCEPT", "53") == set()

test_silent_without if messages("in", "ACCEPT", "") == set()
