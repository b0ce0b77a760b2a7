package rego

import (
	"context"
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/pvefw/pvefw/internal/diag"
)

// unitKind says what one input document of a policy holds.
type unitKind string

// The units of lint/doc.go.
const (
	ruleUnit    unitKind = "rule"
	guestUnit   unitKind = "guest"
	nodeUnit    unitKind = "node"
	fileUnit    unitKind = "file"
	clusterUnit unitKind = "cluster"
)

// policy is one compiled rule.
type policy struct {
	rule      *diag.Rule
	unit      unitKind
	effect    string
	bad, good string
	entries   []string // which of report, deny and warn it defines
	uses      fields
	query     rego.PreparedEvalQuery
}

// entryPoints are the rules a policy may report with.
var entryPoints = []string{"report", "deny", "warn"}

// isLibrary reports whether a module only serves others: package policies.lib.*.
func isLibrary(m *ast.Module) bool {
	path := packageWords(m)
	return len(path) > 1 && path[1] == "lib"
}

// packageWords returns the package path without "data".
func packageWords(m *ast.Module) []string {
	var words []string
	for _, t := range m.Package.Path[1:] {
		if s, ok := t.Value.(ast.String); ok {
			words = append(words, string(s))
		}
	}
	return words
}

// newPolicy reads METADATA and package of a module; it is not prepared yet.
func newPolicy(name string, m *ast.Module) (*policy, error) {
	words := packageWords(m)
	if len(words) != 3 || words[0] != "policies" {
		return nil, fmt.Errorf("%s: the package must be policies.CATEGORY.CODE", name)
	}
	p := &policy{
		rule: &diag.Rule{Code: kebab(words[2]), Category: kebab(words[1])},
		uses: fieldsOf(m),
	}
	if err := p.readMetadata(m); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, e := range entryPoints {
		if defines(m, e) {
			p.entries = append(p.entries, e)
		}
	}
	if p.entries == nil {
		return nil, fmt.Errorf("%s: it defines none of report, deny and warn", name)
	}
	return p, nil
}

func kebab(word string) string { return strings.ReplaceAll(word, "_", "-") }

func defines(m *ast.Module, name string) bool {
	for _, r := range m.Rules {
		if ref := r.Head.Ref(); len(ref) > 0 && ref[0].Value.Compare(ast.Var(name)) == 0 {
			return true
		}
	}
	return false
}

// prepare compiles the query that asks for all entry points at once.
func (p *policy) prepare(ctx context.Context, c *ast.Compiler, m *ast.Module) error {
	var body ast.Body
	for _, e := range p.entries {
		ref := m.Package.Path.Append(ast.StringTerm(e))
		body = append(body, ast.Equality.Expr(ast.VarTerm(e), ast.NewTerm(ref)))
	}
	for i, e := range body {
		e.Index = i
	}
	q, err := rego.New(rego.Compiler(c), rego.ParsedQuery(body), rego.StrictBuiltinErrors(true)).PrepareForEval(ctx)
	if err != nil {
		return fmt.Errorf("prepare %s: %w", p.rule.Code, err)
	}
	p.query = q
	return nil
}
