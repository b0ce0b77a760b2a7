package policies.style.raw_port_has_macro_test

import data.policies.style.raw_port_has_macro as policy

found(macro) := reported if {
	reported := policy.report with input as {"facts": {"macro": macro, "action": "DROP"}}
}

test_suggestion if {
	some one in found("SSH")
	one.message == "SSH(DROP) says the same as protocol and port"
	one.safe
}

test_fix_writes_the_macro_alone if {
	some one in found("SSH")
	[edit | some edit in one.replace; edit.text != ""] == [{"param": "action", "text": "SSH(DROP)"}]
}

test_silent_when_misleading if count(found("Jetdirect")) == 0

test_silent_without_macro if count(found("")) == 0
