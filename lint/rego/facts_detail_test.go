package rego

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/lint"
)

// told gives a text about each rule of a CONFIG, by line.
func told(t *testing.T, files string, today string, tell func(*ruleFacts) string) []string {
	t.Helper()
	cfg, _ := config.Resolve(input(files))
	w := newWorld(cfg)
	if today != "" {
		day, err := time.Parse(time.RFC3339, today)
		if err != nil {
			t.Fatal(err)
		}
		w.today = day
	}
	var out []string
	for r := range w.rules() {
		f := w.factsOf(r)
		if text := tell(&f); text != "" {
			out = append(out, fmt.Sprintf("%s:%d %s", r.File.Source.Name(), r.Line.Number, text))
		}
	}
	return out
}

func TestExpiry(t *testing.T) {
	const files = "-- 100.fw --\n[RULES]\nIN SSH(ACCEPT) # expires=2026-06-30\nIN SSH(ACCEPT) # Bob, (expires=2026-06-29)\n" +
		"IN SSH(ACCEPT) # expires=2026-02-30\nIN SSH(ACCEPT) # unexpires=2020-01-01\nIN SSH(ACCEPT) # expires=\nIN SSH(ACCEPT)\n"
	state := func(f *ruleFacts) string { return string(f.details.expiry.state) }
	for today, want := range map[string][]string{
		"2026-06-30T23:59:59Z": {"100.fw:2 coming", "100.fw:3 past", "100.fw:4 unreadable", "100.fw:6 unreadable"},
		"2026-07-01T00:00:00Z": {"100.fw:2 past", "100.fw:3 past", "100.fw:4 unreadable", "100.fw:6 unreadable"},
		"":                     {"100.fw:2 coming", "100.fw:3 coming", "100.fw:4 unreadable", "100.fw:6 unreadable"},
	} {
		if d := cmp.Diff(want, told(t, files, today, state)); d != "" {
			t.Errorf("on %q (-want +got):\n%s", today, d)
		}
	}
}

// The day comes with the input; nobody looks at a clock.
func TestTodayComesWithTheInput(t *testing.T) {
	cfg, _ := config.Resolve(input("-- 100.fw --\n[RULES]\n|IN SSH(ACCEPT) # expires=2026-06-30\nIN HTTP(ACCEPT) # expires=2026-06-30\n"))
	for _, c := range []struct {
		now  time.Time
		want []string
	}{
		{time.Date(2026, 6, 30, 12, 0, 0, 0, time.UTC), nil},
		{time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC), []string{"info disabled-rule-stale 100.fw:2:1", "warning expired-rule 100.fw:3:1"}},
	} {
		res, err := lint.Run(context.Background(), lint.Input{Config: cfg, Now: c.now}, lint.Options{}, builtin(t))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range res.Findings {
			if d.Rule.Code == "expired-rule" || d.Rule.Code == "disabled-rule-stale" {
				got = append(got, fmt.Sprintf("%s %s %s", d.Severity, d.Rule.Code, d.Span))
			}
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("on %s (-want +got):\n%s", c.now, d)
		}
	}
}

func TestNamesForNumbers(t *testing.T) {
	const files = on + "[ALIASES]\nlan 10.1.0.0/16\nhost 10.1.2.3\n[RULES]\nIN ACCEPT -source 10.1.0.0/16 -p tcp -dport 22\nIN ACCEPT -source 10.1.2.3/32 -p tcp -dport 3128\n" +
		"IN ACCEPT -source 10.9.0.1 -p udp -dport 123\nIN ACCEPT -p tcp -dport 22 -sport 1024:65535\nIN ACCEPT -p tcp -dport 80,443\n[ALIASES]\nlate 10.9.0.1\n" +
		"-- 100.fw --\n[ALIASES]\nhost 10.7.7.7\nhome 10.1.0.0/16\n[RULES]\nIN ACCEPT -source 10.7.7.7 -dest 10.1.2.3\nOUT ACCEPT -dest 10.1.0.0/16 -p udp -dport 53\nIN ACCEPT -source lan\n"
	got := told(t, files, "", func(f *ruleFacts) string {
		d := &f.details
		if d.macro+d.sourceAlias+d.destAlias == "" {
			return ""
		}
		return fmt.Sprintf("%q %q %q", d.macro, d.sourceAlias, d.destAlias)
	})
	want := []string{`cluster.fw:11 "SSH" "lan" ""`, `cluster.fw:12 "" "host" ""`, `cluster.fw:13 "NTP" "" ""`,
		`100.fw:5 "" "host" "dc/host"`, `100.fw:6 "" "" "home"`}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestEgress(t *testing.T) {
	const isolating = "OUT DROP -dest 10.0.0.0/8\n"
	for name, c := range map[string]struct{ rules, want string }{
		"IPv4 alone":                 {isolating, "100.fw:4 isolates [IPv4] open [IPv4 IPv6]"},
		"accept the rest":            {isolating + "OUT ACCEPT\n", "100.fw:4 isolates [IPv4] open [IPv4 IPv6]"},
		"drop the rest":              {isolating + "OUT DROP\n", "100.fw:4 isolates [IPv4 IPv6] open []"},
		"accept the rest of IPv4":    {isolating + "OUT ACCEPT -dest 0.0.0.0/0\nOUT DROP\n", "100.fw:4 isolates [IPv4 IPv6] open [IPv4]"},
		"IPv6 in a set":              {"OUT DROP -dest +lan\n", "100.fw:4 isolates [IPv4 IPv6] open [IPv4 IPv6]"},
		"IPv6 in a group":            {isolating + "GROUP six\n", "100.fw:4 isolates [IPv4 IPv6] open [IPv4 IPv6]"},
		"one host":                   {"OUT DROP -dest 10.0.0.1\n", ""},
		"one port":                   {"OUT DROP -dest 10.0.0.0/8 -p tcp\n", ""},
		"internet":                   {"OUT DROP -dest 8.0.0.0/8\n", ""},
		"DNS blocked":                {"OUT DNS(DROP)\n", "100.fw:4 blocks DNS"},
		"DNS after an exception":     {"OUT ACCEPT -dest 10.0.0.1 -p udp -dport 53\nOUT DNS(DROP)\n", ""},
		"DNS after one in a group":   {"GROUP names\nOUT DNS(DROP)\n", ""},
		"DNS of one server":          {"OUT DNS(DROP) -dest 8.8.8.8\n", ""},
		"every port":                 {"OUT DROP -p udp\n", ""},
		"DNS behind what takes all":  {"OUT ACCEPT\nOUT DNS(DROP)\n", ""},
		"DNS behind a disabled rule": {"|OUT ACCEPT -p udp -dport 53\nOUT DNS(DROP)\n", "100.fw:5 blocks DNS"},
	} {
		files := "-- cluster.fw --\n[IPSET lan]\n10.0.0.0/8\nfc00::/7\n[group six]\nOUT DROP -dest fd00::/8\n[group names]\nOUT DNS(ACCEPT)\n" +
			"-- 100.fw --\n[OPTIONS]\nenable: 1\n[RULES]\n" + c.rules
		got := told(t, files, "", func(f *ruleFacts) string {
			switch e := f.details.egress; {
			case e.blocksDNS:
				return "blocks DNS"
			case e.isolates != 0:
				return fmt.Sprintf("isolates %v open %v", e.isolates.names(), e.open.names())
			}
			return ""
		})
		var want []string
		if c.want != "" {
			want = []string{c.want}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// Law: the macro that a rule is offered means the same to the daemon.
func TestMacroFixKeepsTheMeaning(t *testing.T) {
	const files = "-- 100.fw --\n[OPTIONS]\nenable: 1\n[RULES]\nIN ACCEPT -p tcp -source 10.0.0.1 -dport 22 -log info # a\n|OUT DROP -dport 25 --proto tcp\nIN REJECT -i net0 -p  udp -dport 123\nIN DROP -p udp -p tcp -dport 443\n"
	in := input(files)
	res, err := lint.MendAll(in, false, func(in config.Input) (lint.View, error) {
		cfg, found := config.Resolve(in)
		r, err := lint.Run(context.Background(), lint.Input{Config: cfg, Findings: found}, lint.Options{Enable: []string{"raw-port-has-macro"}}, builtin(t))
		return lint.View{Config: cfg, Result: r}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "[OPTIONS]\nenable: 1\n[RULES]\nIN SSH(ACCEPT) -source 10.0.0.1 -log info # a\n|OUT DROP -dport 25 --proto tcp\nIN NTP(REJECT) -i net0\nIN DROP -p udp -p tcp -dport 443\n\n"
	if len(res.Files) != 1 {
		t.Fatalf("%d files changed", len(res.Files))
	}
	if d := cmp.Diff(want, string(res.Files[0].New.Bytes())); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestReplaceIsReadStrictly(t *testing.T) {
	for body, want := range map[string]string{
		`"replace": "x"`:                                   "replace is no list",
		`"replace": [{"text": "x"}]`:                       `is not {"param"`,
		`"replace": [{"param": "source"}]`:                 `is not {"param"`,
		`"replace": [{"param": "source", "text": "a\nb"}]`: `is not {"param"`,
		`"replace": [{"param": "nothing", "text": "b"}]`:   "",
		`"replace": [{"param": "sport", "text": ""}]`:      "",
		`"replace": [{"param": "action", "text": ""}]`:     "",
	} {
		e, err := New(one(`report contains {"message": "m", ` + body + `} if input.facts.direction == "in"`))
		if err != nil {
			t.Fatal(err)
		}
		cfg, _ := config.Resolve(input("-- 100.fw --\n[RULES]\nIN ACCEPT -p tcp\n"))
		found, err := e.Judge(context.Background(), &lint.Input{Config: cfg})
		if want != "" {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", body, err)
			}
			continue
		}
		if err != nil || len(found) != 1 || fixes(found) != 0 {
			t.Errorf("%s: %v, %d findings, %d fixes", body, err, len(found), fixes(found))
		}
	}
}

func fixes(l diag.List) int {
	n := 0
	for _, d := range l {
		n += len(d.Fixes)
	}
	return n
}
