package policies.exposure.radv_open_test

import data.policies.exposure.radv_open as policy

places(enabled, radv) := {found.at | some found in policy.report with input as {"facts": {"enabled": enabled, "radv": radv}}}

test_on if places(true, true) == {"option radv"}

test_silent_by_default if places(true, false) == set()

test_silent_when_the_guest_is_off if places(false, true) == set()

test_silent_when_both_are_off if places(false, false) == set()
