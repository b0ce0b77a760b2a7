package rego

import "github.com/open-policy-agent/opa/v1/ast"

// fields are the top-level keys of the input document that a policy looks at.
type fields struct {
	all   bool // it may look at any: it uses input as a whole, or other modules
	names map[string]bool
}

// has reports whether the policy may look at a key, so that documents leave out
// what nobody reads.
func (f fields) has(name string) bool { return f.all || f.names[name] }

// onlyFacts reports whether equal facts always give equal reports.
func (f fields) onlyFacts() bool { return !f.all && len(f.names) == 1 && f.names["facts"] }

// fieldsOf finds them. References to data other than the module's own package
// lead to code that may look at more.
func fieldsOf(m *ast.Module) fields {
	f := fields{names: map[string]bool{}}
	var visit func(x any) bool
	visit = func(x any) bool {
		switch x := x.(type) {
		case *ast.Import:
			f.all = f.all || !harmless(x.Path)
			return true
		case *ast.Package:
			return true
		case ast.Ref:
			f.add(x, m.Package.Path)
			for _, t := range x[1:] {
				ast.NewGenericVisitor(visit).Walk(t)
			}
			return true
		case ast.Var:
			f.all = f.all || x == ast.InputRootDocument.Value.(ast.Var)
		}
		return false
	}
	ast.NewGenericVisitor(visit).Walk(m)
	return f
}

func (f *fields) add(ref, pkg ast.Ref) {
	switch {
	case ref[0].Equal(ast.InputRootDocument):
		name, ok := ast.Value(nil), false
		if len(ref) > 1 {
			name, ok = ref[1].Value.(ast.String)
		}
		if !ok {
			f.all = true
			return
		}
		f.names[string(name.(ast.String))] = true
	case ref[0].Equal(ast.DefaultRootDocument):
		f.all = f.all || !ref.HasPrefix(pkg)
	}
}

// harmless reports imports that bring in no code: rego.v1, future.keywords.
func harmless(path *ast.Term) bool {
	ref, ok := path.Value.(ast.Ref)
	return ok && !ref[0].Equal(ast.InputRootDocument) && !ref[0].Equal(ast.DefaultRootDocument)
}
