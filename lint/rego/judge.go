package rego

import (
	"context"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/pvefw/pvefw/internal/diag"
)

// judge evaluates the policy on every unit of its kind.
func (p *policy) judge(ctx context.Context, w *world) (diag.List, error) {
	if p.unit == ruleUnit && p.uses.onlyFacts() {
		return p.judgeFacts(ctx, w)
	}
	var out diag.List
	for u := range w.units(p.unit) {
		doc, ids := u.document(p.uses)
		found, err := p.eval(ctx, doc)
		if err != nil {
			return out, err
		}
		for _, v := range found {
			span := u.span
			if v.at != "" {
				var ok bool
				if span, ok = ids[v.at]; !ok {
					return out, fmt.Errorf("policy %s: %q is not an id of its document", p.rule.Code, v.at)
				}
			}
			out = append(out, p.finding(v, span))
		}
	}
	return out, nil
}

// judgeFacts evaluates once per distinct facts: of a hundred thousand rules only
// a few dozen differ in what is known about them.
func (p *policy) judgeFacts(ctx context.Context, w *world) (diag.List, error) {
	t := w.factTable()
	verdicts := make([][]violation, len(t.vectors))
	for i, f := range t.vectors {
		found, err := p.eval(ctx, object{"version": version, "facts": f.document()})
		if err != nil {
			return nil, err
		}
		verdicts[i] = found
	}
	var out diag.List
	for i, r := range t.rules {
		for _, v := range verdicts[t.of[i]] {
			d := p.finding(v, r.Span())
			w.explainOrder(&d, r.Rule, v.reorder)
			out = append(out, d)
		}
	}
	return out, nil
}

// eval asks the policy about one document.
func (p *policy) eval(ctx context.Context, doc object) ([]violation, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("policy %s: %w", p.rule.Code, err)
	}
	input, err := ast.InterfaceToValue(map[string]any(doc))
	if err != nil {
		return nil, fmt.Errorf("policy %s: input document: %w", p.rule.Code, err)
	}
	results, err := p.query.Eval(ctx, rego.EvalParsedInput(input))
	if err != nil {
		return nil, fmt.Errorf("policy %s: %w", p.rule.Code, err)
	}
	var out []violation
	for _, r := range results {
		for _, e := range p.entries {
			found, err := violations(r.Bindings[e])
			if err != nil {
				return nil, fmt.Errorf("policy %s: %s: %w", p.rule.Code, e, err)
			}
			out = append(out, found...)
		}
	}
	return out, nil
}
