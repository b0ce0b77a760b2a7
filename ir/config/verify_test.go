package config

import (
	"fmt"
	"testing"
)

// deadTexts are what the reader has against the rules of one file.
func deadTexts(t *testing.T, files map[string]string, env string) (texts []string) {
	t.Helper()
	cfg, _ := Resolve(inputOf(files))
	for _, r := range rulesOf(cfg, env) {
		texts = append(texts, fmt.Sprint(r.Dead))
	}
	return texts
}

// The form of an interface name is looked at before whether a guest has it, and a
// group says both that it takes none and what is wrong with it.
func TestFirstTextAboutInterfaces(t *testing.T) {
	lines := map[string][2]string{ // guest, cluster
		"eth-0":                  {"[{iface invalid network interface name 'eth-0'}]", "[{iface invalid network interface name 'eth-0'}]"},
		"n":                      {"[{iface invalid network interface name 'n'}]", "[{iface invalid network interface name 'n'}]"},
		"eth0.5":                 {`[{iface value does not match the regex pattern 'net\d+'}]`, "[]"},
		"net0:1":                 {`[{iface value does not match the regex pattern 'net\d+'}]`, "[]"},
		"net123456789012345678":  {"[]", "[]"},
		"net1234567890123456789": {"[{iface invalid network interface name 'net1234567890123456789'}]", "[{iface invalid network interface name 'net1234567890123456789'}]"},
		"00":                     {"[{iface invalid network interface name '00'}]", "[{iface invalid network interface name '00'}]"},
		"0":                      {"[]", "[]"},
	}
	for name, want := range lines {
		rule := "[RULES]\nIN DROP -i " + name + "\n"
		got := [2]string{
			deadTexts(t, map[string]string{"100.fw": rule, "qemu-server/100.conf": ""}, "vm")[0],
			deadTexts(t, map[string]string{"cluster.fw": rule}, "cluster")[0],
		}
		if got != want {
			t.Errorf("-i %s: got %q, want %q", name, got, want)
		}
	}
}

// The daemon looks for a prefix of length 0 last, so its text wins over any other.
func TestTextOfZeroPrefixes(t *testing.T) {
	cfg, _ := Resolve(inputOf(map[string]string{"cluster.fw": "[IPSET set]\n10.0.0.0/00\n!::/0\nnosuch/0\n10.0.0.0/8\n10.0.0.0/10\n1/2/0\n10.0.0/8\n"}))
	const zero, bad = "[{cidr a zero prefix is not allowed in ipset entries}]", "[{cidr value does not look like a valid IP address or CIDR network}]"
	for i, want := range []string{zero, zero, zero, "[]", "[]", zero, bad} {
		if got := fmt.Sprint(cfg.Cluster.Sets["set"].Entries[i].Dead()); got != want {
			t.Errorf("entry %d: got %s, want %s", i, got, want)
		}
	}
}
