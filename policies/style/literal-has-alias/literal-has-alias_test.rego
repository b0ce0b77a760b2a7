package policies.style.literal_has_alias_test

import data.policies.style.literal_has_alias as policy

found(source, dest) := reported if {
	reported := policy.report with input as {"facts": {"source_alias": source, "dest_alias": dest}}
}

test_source if found("dc/lan", "") == {{
	"message": "the source is the address of alias dc/lan",
	"replace": [{"param": "source", "text": "dc/lan"}],
}}

test_dest if found("", "web") == {{
	"message": "the destination is the address of alias web",
	"replace": [{"param": "dest", "text": "web"}],
}}

test_both if count(found("a", "b")) == 2

test_silent_without if count(found("", "")) == 0
