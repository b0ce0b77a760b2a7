package rego

import (
	"context"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/lint"
)

// judgedBy lets a policy of one body judge files and returns its messages.
func judgedBy(t *testing.T, body, files string) (string, error) {
	t.Helper()
	e, err := New(one(body))
	if err != nil {
		t.Fatal(err)
	}
	cfg, _ := config.Resolve(input(files))
	found, err := e.Judge(context.Background(), &lint.Input{Config: cfg})
	var messages []string
	for _, d := range found {
		messages = append(messages, d.Message)
	}
	return strings.Join(messages, "|"), err
}

func TestPacketFunctions(t *testing.T) {
	const files = on + "[RULES]\nIN SSH(ACCEPT) -source 10.0.0.0/8\n-- 100.fw --\n[OPTIONS]\nenable: 1\n[RULES]\n" +
		"IN ACCEPT -p tcp -dport 80,443 -source 192.0.2.0/24\n"
	for call, want := range map[string]string{
		`pvefw.covers("10.0.0.0/8,192.0.2.0/24", "10.0.0.0/8")`:                             "true",
		`pvefw.covers("10.0.0.0/8", "0.0.0.0/0")`:                                           "false",
		`pvefw.covers("10.0.0.0/8", "cluster.fw:8")`:                                        "true",
		`pvefw.covers("cluster.fw:8", "SSH -source 10.1.0.0/16")`:                           "true",
		`pvefw.covers("cluster.fw:8", "-source 10.1.0.0/16 -p tcp -dport 22:23")`:           "false",
		`pvefw.covers("", "cluster.fw:8")`:                                                  "true",
		`pvefw.overlaps("100.fw:4", "-p tcp -dport 443")`:                                   "true",
		`pvefw.overlaps("100.fw:4", "-p udp -dport 443")`:                                   "false",
		`pvefw.overlaps("100.fw:4", "2001:db8::/32")`:                                       "false",
		`pvefw.reachable("host", "SSH -source 10.1.0.0/16")`:                                "whole",
		`pvefw.reachable("host", "-p tcp -dport 8007 -source 203.0.113.7 -dest 192.0.2.9")`: "none",
		`pvefw.reachable("vm100", "-p tcp -dport 80:81 -source 192.0.2.7")`:                 "part",
		`pvefw.reachable("host:pve1", "203.0.113.7")`:                                       "part",
		`pvefw.describe("100.fw:4")`:                                                        "from 192.0.2.0/24 tcp to port 80 (http),443 (https)",
	} {
		got, err := judgedBy(t, `report contains {"message": m} if { input.rule.id == "cluster.fw:8"; m := sprintf("%v", [`+call+`]) }`, files)
		if err != nil || got != want {
			t.Errorf("%s: %q %v, want %q", call, got, err, want)
		}
	}
	for call, want := range map[string]string{
		`pvefw.covers("nobody", "10.0.0.0/8")`:    "neither the id of a rule",
		`pvefw.covers("-dport 80", "10.0.0.0/8")`: "neither the id of a rule",
		"pvefw.describe(\"SSH\\nIN ACCEPT\")":     "more than one line",
		`pvefw.reachable("moon", "10.0.0.0/8")`:   "no endpoint",
	} {
		_, err := judgedBy(t, `report contains {"message": m} if { input.rule.id; m := sprintf("%v", [`+call+`]) }`, files)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "style/some-code/some-code.rego:9:") {
			t.Errorf("%s: %v", call, err)
		}
	}
}
