package rego

import (
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/pvefw/pvefw/internal/diag"
)

// header is what the METADATA block above a package says.
type header struct {
	title, description string
	custom             map[string]string // textual entries; those of truth are on and off
}

// headerOf reads the block as OPA has parsed it.
func headerOf(m *ast.Module) (header, bool) {
	for _, a := range m.Annotations {
		if a.Scope == "package" {
			return header{a.Title, strings.TrimSpace(a.Description), customTexts(a)}, true
		}
	}
	return header{}, false
}

func customTexts(a *ast.Annotations) map[string]string {
	texts := map[string]string{}
	for k, v := range a.Custom {
		switch v := v.(type) {
		case string:
			texts[k] = strings.TrimSpace(v)
		case bool:
			texts[k] = map[bool]string{true: "on", false: "off"}[v]
		}
	}
	return texts
}

// policy makes the policy of a package with the words policies, CATEGORY, CODE.
// A complaint says what is wrong with the header.
func (h *header) policy(words []string) (p *policy, complaint string) {
	p = &policy{
		rule: &diag.Rule{Code: kebab(words[2]), Category: kebab(words[1]), Title: h.title, Description: h.description,
			OptIn: h.custom["default"] == "off",
			Page:  diag.Page{Why: h.custom["why"], Fix: h.custom["fix"], Bad: h.custom["bad"], Good: h.custom["good"]}},
		effect: h.custom["effect"], bad: h.custom["bad"], good: h.custom["good"], unit: unitKind(h.custom["unit"]),
	}
	severity, ok := severityOf(h.custom["severity"])
	if !ok {
		return nil, fmt.Sprintf("custom.severity in the METADATA is %q, not error, warning or info", h.custom["severity"])
	}
	p.rule.Severity = severity
	switch p.unit {
	case "":
		p.unit = ruleUnit
	case ruleUnit, guestUnit, nodeUnit, fileUnit, clusterUnit:
	default:
		return nil, fmt.Sprintf("custom.unit in the METADATA is %q, not rule, guest, node, file or cluster", p.unit)
	}
	if p.gate.needs, ok = readNeeds(h.custom["needs"]); !ok {
		return nil, fmt.Sprintf("custom.needs in the METADATA is %q, not keys such as cluster.enabled", h.custom["needs"])
	}
	if h.title == "" {
		return nil, "the METADATA has no title"
	}
	return p, ""
}

func severityOf(name string) (diag.Severity, bool) {
	for _, s := range []diag.Severity{diag.Info, diag.Warning, diag.Error} {
		if s.String() == name {
			return s, true
		}
	}
	return 0, false
}
