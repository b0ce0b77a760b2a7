package policies.dead.nomatch_without_cover_test

import data.policies.dead.nomatch_without_cover as policy

entry := {"at": "set guests 1", "set": "guests", "more": 0, "text": "192.0.2.7", "alone": false}

found(entries) := reported if {
	reported := policy.report with input as {"facts": {"uncovered": entries}}
}

test_names_the_entry if {
	found([entry]) == {{
		"at": "set guests 1",
		"message": "!192.0.2.7 excepts nothing: no network of set guests holds it",
	}}
}

test_nothing_but_exceptions if {
	some item in found([object.union(entry, {"alone": true})])
	endswith(item.message, "which has nothing but exceptions")
	startswith(item.effect, "The set is empty")
}

test_rest_is_counted if {
	some item in found([{"at": "set guests", "set": "guests", "more": 3}])
	item.message == "3 more exceptions of set guests except nothing"
}

test_silent_without if count(found([])) == 0
