package rego

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/lint"
)

// Check tells what is missing or untrue in the METADATA of the engine's policies:
// every policy has its texts, reports its bad example, and is silent about its
// good one.
func (e *Engine) Check(ctx context.Context) Faults {
	var out Faults
	for _, p := range e.policies {
		add := func(format string, args ...any) {
			out = append(out, &Fault{File: p.file, Code: p.rule.Code, Text: fmt.Sprintf(format, args...)})
		}
		for _, text := range [][2]string{{"description", p.rule.Description}, {"custom.effect", p.effect}, {"custom.bad", p.bad}, {"custom.good", p.good}} {
			if text[1] == "" {
				add("the METADATA has no %s", text[0])
			}
		}
		for _, example := range []struct {
			name, text string
			want       bool
		}{{"bad", p.bad, true}, {"good", p.good, false}} {
			if example.text == "" {
				continue
			}
			found, err := e.onExample(ctx, p, example.text)
			var f *Fault
			switch {
			case errors.As(err, &f):
				out = append(out, f)
			case err != nil:
				add("%v", err)
			case example.want && len(found) == 0:
				add("it does not report its bad example")
			case !example.want && len(found) > 0:
				add("it reports its good example: %s", found[0].Message)
			}
		}
	}
	return out.sorted()
}

// onExample lets one policy judge an example.
func (e *Engine) onExample(ctx context.Context, p *policy, text string) (diag.List, error) {
	cfg, _ := config.Resolve(ExampleInput(text))
	one := &Engine{policies: []*policy{p}, options: Options{Guard: e.options.Guard}}
	return one.Judge(ctx, &lint.Input{Config: cfg})
}

// Untested lists the policies without a unit test of their package in a report.
func (e *Engine) Untested(r *TestReport) []string {
	var codes []string
	for _, p := range e.policies {
		pkg := "policies." + snake(p.rule.Category) + "." + snake(p.rule.Code)
		tested := slices.ContainsFunc(r.Tests, func(t UnitTest) bool { return t.Package == pkg || t.Package == pkg+"_test" })
		if !tested {
			codes = append(codes, p.rule.Code)
		}
	}
	return codes
}
