package plan

import (
	"strings"
	"testing"
)

// A rule about frames is the same in the words of the daemon and of every ebtables.
func TestFramesOfEveryVersionAreTheSame(t *testing.T) {
	for said, daemon := range map[string]string{
		"-s ! bc:24:11:0a:01:02 -j DROP":                "-s ! BC:24:11:A:1:2 -j DROP",
		"! -s bc:24:11:0a:01:02 -j DROP":                "-s ! bc:24:11:a:1:2 -j DROP",
		"! -p IPv6 ! -d 02:00:00:00:00:01 -i eth0":      "-p ! IPv6 -d ! 2:0:0:0:0:1 -i eth0",
		"-p ARP ! --arp-ip-src 10.1.1.1 -j RETURN":      "-p ARP --arp-ip-src ! 10.1.1.1 -j RETURN",
		"-p ARP --arp-mac-src ! 02:00:00:00:00:0f -j x": "-p ARP --arp-mac-src ! 2:0:0:0:0:f -j x",
	} {
		if a, b := frameForm(strings.Fields(said)), frameForm(strings.Fields(daemon)); a != b {
			t.Errorf("%q is not %q", a, b)
		}
	}
	if a, b := frameForm([]string{"-s", "!", "2:0:0:0:0:1"}), frameForm([]string{"-s", "2:0:0:0:0:1"}); a == b {
		t.Error("the negation is lost")
	}
}
