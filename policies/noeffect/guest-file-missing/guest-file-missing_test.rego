package policies.noeffect.guest_file_missing_test

import data.policies.noeffect.guest_file_missing as policy

guest := {"vmid": 100, "id": "100.conf:1", "nics": ["net0"]}

found(enabled, guests) := {item.message | some item in policy.report with input as {"cluster": {"enabled": enabled}, "fileless": guests}}

test_one_device if {
	found(true, [guest]) == {"net0 of guest 100 has firewall=1, but there is no 100.fw that enables the guest's firewall"}
}

test_two_devices if {
	some message in found(true, [object.union(guest, {"nics": ["net0", "net1"]})])
	startswith(message, "net0, net1 of guest 100 have")
}

test_silent_without_such_guests if found(true, []) == set()

test_silent_while_everything_is_off if found(false, [guest]) == set()
