package rego

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/lint"
	"github.com/pvefw/pvefw/policies"
)

// Engine evaluates a set of policies; it is a lint.Judge and may be used by
// several goroutines at once.
type Engine struct {
	policies []*policy // by category and code
}

// Builtin returns the engine of the policies that come with pvefw.
func Builtin() (*Engine, error) { return New(policies.FS) }

// New compiles every .rego file in files but the tests (_test.rego).
func New(files fs.FS) (*Engine, error) {
	modules, err := parse(files, func(name string) bool { return !strings.HasSuffix(name, "_test.rego") })
	if err != nil {
		return nil, err
	}
	c := newCompiler()
	if c.Compile(modules); c.Failed() {
		return nil, fmt.Errorf("compile policies: %w", c.Errors)
	}
	e := &Engine{}
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		if isLibrary(modules[name]) {
			continue
		}
		p, err := newPolicy(name, modules[name])
		if err != nil {
			return nil, err
		}
		if err := p.prepare(context.Background(), c, modules[name]); err != nil {
			return nil, err
		}
		e.policies = append(e.policies, p)
	}
	return e, nil
}

func newCompiler() *ast.Compiler {
	return ast.NewCompiler().WithCapabilities(capabilities()).WithStrict(true)
}

// parse reads the .rego files that want accepts, by path.
func parse(files fs.FS, want func(name string) bool) (map[string]*ast.Module, error) {
	modules := map[string]*ast.Module{}
	opts := ast.ParserOptions{ProcessAnnotation: true, Capabilities: capabilities(), RegoVersion: ast.RegoV1}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".rego") || !want(name) {
			return err
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		m, err := ast.ParseModuleWithOpts(name, string(text), opts)
		if err != nil {
			return fmt.Errorf("parse policy: %w", err)
		}
		modules[name] = m
		return nil
	})
	return modules, err
}

// Rules returns the catalogue records of the policies.
func (e *Engine) Rules() []*diag.Rule {
	var rules []*diag.Rule
	for _, p := range e.policies {
		rules = append(rules, p.rule)
	}
	return rules
}

// Example returns the small configurations of a policy's METADATA: one that it
// reports and one that it does not, files one after another behind "-- NAME --".
func (e *Engine) Example(code string) (bad, good string, ok bool) {
	for _, p := range e.policies {
		if p.rule.Code == code {
			return p.bad, p.good, true
		}
	}
	return "", "", false
}

// Judge evaluates all policies on in. An error names the policy that failed, or
// is the context's.
func (e *Engine) Judge(ctx context.Context, in *lint.Input) (diag.List, error) {
	if in.Config == nil {
		return nil, nil
	}
	w := newWorld(in.Config)
	var out diag.List
	for _, p := range e.policies {
		found, err := p.judge(ctx, w)
		out = append(out, found...)
		if err != nil {
			return out, err
		}
	}
	return out, nil
}
