package rego

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"

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

// policy is one rule in Rego.
type policy struct {
	rule      *diag.Rule
	unit      unitKind
	effect    string
	bad, good string
	file      string                   // where it stands, as shown to people
	gate      gate                     // what must hold for it to report anything; see Engine.readGates
	text      string                   // of a policy that comes with pvefw
	program   func() (*program, error) // compiled at the first call
}

// program is a policy that has been compiled. It is not changed any more.
type program struct {
	compiler *ast.Compiler
	query    ast.Body // asks for all entries at once
	entries  []string // which of report, deny and warn it defines
	uses     fields
	store    storage.Store // what is under data beside the policies
}

// entryPoints are the rules a policy may report with.
var entryPoints = []string{"report", "deny", "warn"}

// isLibrary reports whether a module only serves others: package policies.lib.*.
func isLibrary(m *ast.Module) bool {
	path := packageWords(m)
	return len(path) > 1 && path[0] == "policies" && path[1] == "lib"
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

func kebab(word string) string { return strings.ReplaceAll(word, "_", "-") }

// entriesOf lists the entry points that a module defines.
func entriesOf(m *ast.Module) []string {
	var entries []string
	for _, e := range entryPoints {
		if defines(m, e) {
			entries = append(entries, e)
		}
	}
	return entries
}

func defines(m *ast.Module, name string) bool {
	for _, r := range m.Rules {
		if ref := r.Head.Ref(); len(ref) > 0 && ref[0].Value.Compare(ast.Var(name)) == 0 {
			return true
		}
	}
	return false
}

// newProgram makes the query of a module that c has compiled. Uses are those of
// the module as it was parsed.
func newProgram(c *ast.Compiler, m *ast.Module, store storage.Store, uses fields) (*program, error) {
	p := &program{compiler: c, entries: entriesOf(m), uses: uses, store: store}
	var body ast.Body
	for _, e := range p.entries {
		ref := m.Package.Path.Append(ast.StringTerm(e))
		body = append(body, ast.Equality.Expr(ast.VarTerm(e), ast.NewTerm(ref)))
	}
	for i, e := range body {
		e.Index = i
	}
	query, err := c.QueryCompiler().Compile(body)
	if err != nil {
		return nil, err
	}
	p.query = query
	return p, nil
}
