package rego

import "github.com/open-policy-agent/opa/v1/ast"

// fields are the keys of the input document that a policy looks at, two levels
// deep. What it does not look at is left out of its documents, and documents that
// are equal then are evaluated once.
type fields struct {
	all   bool // it may look at any: it uses input as a whole, or other modules
	names map[string]*subset
}

// subset is what a policy looks at below a key.
type subset struct {
	whole bool
	names map[string]bool
}

// has reports whether the policy may look at a key.
func (f fields) has(name string) bool { return f.all || f.names[name] != nil }

// below reports whether it may look at a key below another.
func (f fields) below(top, name string) bool {
	s := f.names[top]
	return f.all || s != nil && (s.whole || s.names[name])
}

// onlyFacts reports whether equal facts always give equal reports.
func (f fields) onlyFacts() bool {
	for name := range f.names {
		if name != "facts" && name != "version" && name != "now" {
			return false
		}
	}
	return !f.all && f.names["facts"] != nil
}

// prune takes out of a document what the policy does not look at.
func (f fields) prune(doc map[string]any) {
	for top, value := range doc {
		if !f.has(top) {
			delete(doc, top)
			continue
		}
		inner, ok := value.(map[string]any)
		for name := range inner {
			if ok && !f.below(top, name) {
				delete(inner, name)
			}
		}
	}
}

// fieldsOf finds them. References to data other than the module's own package
// lead to code that may look at more.
func fieldsOf(m *ast.Module) fields {
	f := fields{names: map[string]*subset{}}
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
		name, ok := constant(ref, 1)
		if !ok {
			f.all = true
			return
		}
		if below, ok := constant(ref, 2); ok {
			f.see(name, below)
		} else {
			f.see(name, "")
			f.names[name].whole = true
		}
	case ref[0].Equal(ast.DefaultRootDocument):
		f.all = f.all || !ref.HasPrefix(pkg)
	}
}

// see adds a key, and one below it unless that is empty.
func (f fields) see(top, key string) {
	s := f.names[top]
	if s == nil {
		s = &subset{names: map[string]bool{}}
		f.names[top] = s
	}
	if key != "" {
		s.names[key] = true
	}
}

// constant is the n-th part of a reference, if it is a text.
func constant(ref ast.Ref, n int) (string, bool) {
	if len(ref) <= n {
		return "", false
	}
	s, ok := ref[n].Value.(ast.String)
	return string(s), ok
}

// harmless reports imports that bring in no code: rego.v1, future.keywords.
func harmless(path *ast.Term) bool {
	ref, ok := path.Value.(ast.Ref)
	return ok && !ref[0].Equal(ast.InputRootDocument) && !ref[0].Equal(ast.DefaultRootDocument)
}
