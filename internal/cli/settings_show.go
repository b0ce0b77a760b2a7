package cli

import (
	"slices"
	"strings"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/lint"
)

// gather lists what is in force, each value with who says so.
func (r *showRun) gather(loaded *load.Loaded, rules *ruleset) *configShown {
	set := loaded.Settings
	c := &configShown{Version: 1, File: set.File, Settings: []settingShown{}, Rules: []ruleShown{}}
	r.facts(c, loaded)
	if len(set.AdminNetworks) == 0 {
		c.add("admin_networks", "unknown", fromDefault)
	}
	for _, n := range set.AdminNetworks {
		c.add("admin_networks", n.String(), placeOfKey(set, "admin_networks"))
	}
	c.add("lint.dialect", rules.dialectWord.value, rules.dialectWord.from)
	c.add("lint.fail_level", rules.level.value, rules.level.from)
	baseline := pick3(r.baseline, "baseline", set.Lint.Baseline, "none")
	c.add("lint.baseline", baseline.value, baseline.from)
	for _, p := range r.sources {
		c.add("lint.policies", p, "--policy")
	}
	for _, p := range set.Lint.Policies {
		c.add("lint.policies", p.Text, p.Span.String())
	}
	for _, s := range set.Lint.Disable {
		c.add("lint.disable", selectorText(&s.Selector), s.Span.String())
	}
	for _, s := range set.Lint.Enable {
		c.add("lint.enable", selectorText(&s.Selector), s.Span.String())
	}
	for _, e := range set.Lint.Ignores {
		c.add("lint.ignores", ignoreText(&e), e.Span.String())
	}
	for _, rule := range rules.book.rules {
		c.Rules = append(c.Rules, rules.shown(rule))
	}
	return c
}

// facts lists what is known about the nodes of the CONFIG.
func (r *showRun) facts(c *configShown, loaded *load.Loaded) {
	set := loaded.Settings
	for _, n := range loaded.Input.Nodes {
		h := n.Facts
		for _, f := range []struct{ key, value, flag, name string }{
			{"address", h.Address, r.address, "--node-address"}, {"local_network", h.LocalNetwork, r.network, "--local-network"},
		} {
			from := placeOfKey(set, "nodes."+h.Name+"."+f.key)
			switch {
			case f.value == "":
				c.add("node "+h.Name+" "+f.key, "unknown", fromDefault)
				continue
			case f.flag == f.value:
				from = f.name
			case from == fromDefault:
				if from = placeOfKey(set, "node."+f.key); from == fromDefault {
					from = "this machine"
				}
			}
			c.add("node "+h.Name+" "+f.key, f.value, from)
		}
		for _, a := range h.Addresses {
			c.add("node "+h.Name+" addresses", a, "")
		}
	}
}

// placeOfKey is FILE:LINE:COLUMN of a key of the settings.
func placeOfKey(set *load.Settings, key string) string {
	if at, ok := set.Places[key]; ok {
		return at.String()
	}
	return fromDefault
}

func selectorText(s *lint.Selector) string {
	var parts []string
	if len(s.Codes) > 0 {
		parts = append(parts, strings.Join(s.Codes, ", "))
	}
	if len(s.Paths) > 0 {
		parts = append(parts, "in "+strings.Join(s.Paths, ", "))
	}
	for _, o := range s.Objects {
		parts = append(parts, "of "+o.String())
	}
	return strings.Join(parts, " ")
}

func ignoreText(e *load.IgnoreEntry) string {
	text := selectorText(&e.Selector) + ": " + e.Reason
	if !e.Expires.IsZero() {
		text += " (until " + e.Expires.Format(time.DateOnly) + ")"
	}
	return text
}

// shown tells what becomes of a rule, and who says so.
func (r *ruleset) shown(rule *diag.Rule) ruleShown {
	opt := r.options(nil)
	opt.Switches = slices.DeleteFunc(opt.Switches, func(s lint.Switch) bool { return len(s.Codes) == 0 }) // shown by themselves
	out := ruleShown{Code: rule.Code, Category: rule.Category, Told: "no", Severity: rule.Severity.String(), From: fromDefault}
	for _, s := range r.set.Lint.Severity {
		if s.Code.Text == rule.Code || s.Code.Text == rule.Category && !hasSeverity(r.set, rule.Code) {
			out.Severity, out.From = s.Severity.String(), s.Code.Span.String()
		}
	}
	on, from, somewhere := opt.Told(rule)
	if from != "" {
		out.From = from
	}
	if r.dialectWord.value == "pve-firewall" && rule.Category == "portability" {
		out.From = "lint.dialect, " + r.dialectWord.from
	}
	switch {
	case somewhere:
		out.Told, out.From = "some", narrowest(&opt, rule, out.From)
	case on:
		out.Told = "yes"
	}
	return out
}

// narrowest is who makes a difference between places.
func narrowest(opt *lint.Options, rule *diag.Rule, otherwise string) string {
	for _, s := range opt.Switches {
		about := slices.Contains(s.Codes, rule.Code) || slices.Contains(s.Codes, rule.Category)
		if about && len(s.Paths)+len(s.Objects) > 0 {
			return s.From
		}
	}
	return otherwise
}

func hasSeverity(set *load.Settings, code string) bool {
	return slices.ContainsFunc(set.Lint.Severity, func(s load.CodeSeverity) bool { return s.Code.Text == code })
}
