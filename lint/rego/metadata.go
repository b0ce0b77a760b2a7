package rego

import (
	"errors"
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/pvefw/pvefw/internal/diag"
)

// readMetadata fills in what the METADATA block above the package says.
func (p *policy) readMetadata(m *ast.Module) error {
	a := packageAnnotations(m)
	if a == nil {
		return errors.New("there is no METADATA block with scope: package")
	}
	p.rule.Title = a.Title
	p.rule.Description = strings.TrimSpace(a.Description)
	custom := customTexts(a)
	p.effect, p.bad, p.good = custom["effect"], custom["bad"], custom["good"]
	severity, ok := severityOf(custom["severity"])
	if !ok {
		return fmt.Errorf("METADATA: custom.severity is %q, not error, warning or info", custom["severity"])
	}
	p.rule.Severity = severity
	p.unit = unitKind(custom["unit"])
	switch p.unit {
	case "":
		p.unit = ruleUnit
	case ruleUnit, guestUnit, nodeUnit, fileUnit, clusterUnit:
	default:
		return fmt.Errorf("METADATA: custom.unit is %q, not rule, guest, node, file or cluster", p.unit)
	}
	if p.rule.Title == "" {
		return errors.New("METADATA: title is missing")
	}
	return nil
}

func packageAnnotations(m *ast.Module) *ast.Annotations {
	for _, a := range m.Annotations {
		if a.Scope == "package" {
			return a
		}
	}
	return nil
}

// customTexts returns the textual entries under custom, trimmed.
func customTexts(a *ast.Annotations) map[string]string {
	texts := map[string]string{}
	for k, v := range a.Custom {
		if s, ok := v.(string); ok {
			texts[k] = strings.TrimSpace(s)
		}
	}
	return texts
}

func severityOf(name string) (diag.Severity, bool) {
	for _, s := range []diag.Severity{diag.Info, diag.Warning, diag.Error} {
		if s.String() == name {
			return s, true
		}
	}
	return 0, false
}
