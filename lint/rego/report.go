package rego

import (
	"errors"
	"fmt"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// violation is one thing a policy reported.
type violation struct {
	message  string
	at       string // id in the document; empty: the unit itself
	effect   string // empty: the METADATA's
	severity string // empty: the METADATA's
}

// violations reads the value of report, deny or warn: a set of objects with a
// message, or of plain strings.
func violations(value any) ([]violation, error) {
	items, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("it is no set but %T", value)
	}
	var out []violation
	for _, item := range items {
		v, err := violationOf(item)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func violationOf(item any) (violation, error) {
	switch item := item.(type) {
	case string:
		return violation{message: item}, nil
	case map[string]any:
		v := violation{}
		v.message, _ = item["message"].(string)
		v.at, _ = item["at"].(string)
		v.effect, _ = item["effect"].(string)
		v.severity, _ = item["severity"].(string)
		if v.message == "" {
			v.message, _ = item["msg"].(string) // as conftest's examples spell it
		}
		if v.message == "" {
			return v, errors.New("an object has no message")
		}
		if _, ok := severityOf(v.severity); v.severity != "" && !ok {
			return v, fmt.Errorf("%q is no severity", v.severity)
		}
		return v, nil
	}
	return violation{}, fmt.Errorf("it holds %T, not objects or strings", item)
}

// finding makes the diagnostic of a violation at span.
func (p *policy) finding(v violation, span source.Span) diag.Diagnostic {
	d := diag.New(p.rule, span, v.message)
	d.Effect = p.effect
	if v.effect != "" {
		d.Effect = v.effect
	}
	if s, ok := severityOf(v.severity); ok {
		d.Severity = s
	}
	return d
}
