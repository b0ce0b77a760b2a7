package config

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The texts were measured on the address parser that the daemon uses.
func TestJudgeAddress(t *testing.T) {
	for text, want := range map[string]string{
		"10/8":                        "4",
		"010.0.0.0/8":                 "4",
		"0":                           "4",
		"10.0.0.0//8":                 "4",
		"10.0.0.0/2|4":                "4",
		"2001::/db8::1":               "6",
		"::1.2":                       "6",
		"::ffff:1.2.3/128":            "6",
		"2001:db8::/0128":             "6",
		"2001:db8::/32-2001:db8::f":   "6",
		"::1-::ffff:0:0":              "6",
		"2001:db8::1-2001:d9b8:::f":   "6",
		"10.0.0.5-10.0.0.5":           "4",
		":":                           "Invalid number of octets :",
		"2001:/db8::1":                "Invalid address 2001: (ends with :)",
		":2001::1":                    "Invalid address :2001::1 (starts with :)",
		"a:::b":                       "Invalid address a:::b (More than one :: pattern)",
		"12345::":                     "Invalid IP address 12345::",
		"/10/8":                       "Invalid chars in IP /10",
		"-10.0.0.1-10.0.0.9":          "Invalid chars in IP -10.0.0.1",
		"10.0.0.0/":                   "Invalid chars in IP 10.0.0.0/",
		"10.0.0.1+5":                  "Invalid chars in IP 10.0.0.1+5",
		"0010.1.1.1":                  "Not a valid IPv4 address 0010.1.1.1",
		"256":                         "Invalid quad in IP address 256 - 256",
		"1..2":                        "Empty quad in IP address 1..2",
		"1.2.3.4.5":                   "Invalid IP address 1.2.3.4.5",
		"10.0.0.0/033":                "Prefix length 033 is longer than IP address (32)",
		"10.0.0.1-foo":                "Not a valid IPv4 address foo",
		"10.0.0.1-10.":                "Begin address is greater than End address 10.0.0.1 - 10.0.0.0",
		"10.0.0.1-10.0.300":           "Invalid quad in IP address 10.0.300.0 - 300",
		"10.0.0.1-10.0.0.9-10.0.0.20": "Not a valid IPv address 10.0.0.9-10.0.0.20",
		"10.0.0.1-2001:db8::1":        "Not a valid IPv4 address 2001:db8::1",
		"2001:db8::1-2": "Begin and End addresses have different IP versions - " +
			"2001:0db8:0000:0000:0000:0000:0000:0001 - 0002",
		"2001:db8::1-2001:":         "Invalid quad in IP address 2001 - 2001",
		"2001:db8::1-2001:d|b8::f":  "Invalid IP address 2001:d|b8:0000:0000:0000:0000:0000:000f",
		"2001:db8::1-10.0.0.1":      "Invalid number of octets 0a00:0001",
		"2001:db8::1-2001:db8::f::": "Too many :: in ip",
		"2001:db8::1-2001:db8::.f":  "Invalid address 2001:0db8:0000:0000:0000:0000: (ends with :)",
		"2001:b8::1-2001:db.8::f":   "Bad IP address 20010000000000000000000f",
		"::ffff:1.2.3.4/125":        "Invalid prefix " + strings.Repeat("0", 80) + "111111111111111100000001000000100000001100000100/125",
	} {
		family, bad := judgeAddress(text)
		got := map[Family]string{IPv4: "4", IPv6: "6"}[family]
		if bad != nil {
			got = strings.TrimPrefix(bad.text, "invalid IP address: ")
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// Law: what is taken for a usual address is one to the daemon too, of that family.
func TestUsualAddresses(t *testing.T) {
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		quads := rapid.SliceOfN(rapid.SampledFrom([]string{"0", "0", "10", "255", "256", "01", ""}), 4, 4)
		groups := rapid.SliceOfN(rapid.SampledFrom([]string{"", "0", "2001", "db8", "FF", "12345", "1.2.3.4"}), 2, 10)
		address := rapid.SampledFrom([]string{strings.Join(quads.Draw(t, "quads"), "."), strings.Join(groups.Draw(t, "groups"), ":"), "2001:db8::"}).Draw(t, "address")
		item := address + rapid.SampledFrom([]string{"", "/8", "/32", "/64", "/128", "/08", "%eth0", "-" + address}).Draw(t, "length")
		f, ok := usualAddress(item)
		if !ok {
			return
		}
		taken++
		if g, bad := judgeUnusual(item); bad != nil || f != g {
			t.Fatalf("%q is taken for one of %v; the daemon: %v, %v", item, f, g, bad)
		}
	})
	if taken == 0 {
		t.Error("no address was taken")
	}
}
