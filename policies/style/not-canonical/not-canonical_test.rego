package policies.style.not_canonical_test

import data.policies.style.not_canonical as policy

found(facts) := reported if {
	reported := policy.report with input as {"facts": facts}
}

test_other_form if {
	found({"canonical": false}) == {{"message": "this file is not in the form that pvefw fmt writes"}}
}

test_it_is_about_the_file if {
	some one in found({"canonical": false})
	not "at" in object.keys(one)
}

test_one_finding if count(found({"canonical": false})) == 1

test_silent_in_house_form if count(found({"canonical": true})) == 0
