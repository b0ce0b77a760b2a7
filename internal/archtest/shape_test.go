package archtest

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

const (
	maxFileLines = 600
	maxFuncLines = 60
	docWithin    = 40 // lines from the top of a file
)

func TestFilesAndFunctionsAreSmall(t *testing.T) { report(t, checkSizes(repository(t))) }

func checkSizes(tr *tree) []string {
	var faults []string
	for _, f := range tr.files {
		if f.generated {
			continue
		}
		if f.lines > maxFileLines {
			faults = append(faults, fmt.Sprintf("%s has %d lines, more than %d: split it by concern", f.path, f.lines, maxFileLines))
		}
		for _, decl := range f.syntax.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || fn.Body == nil || f.test || isDispatch(fn) {
				continue
			}
			if n := tr.line(fn.End()) - tr.line(fn.Pos()) + 1; n > maxFuncLines {
				faults = append(faults, fmt.Sprintf("%s: %s has %d lines, more than %d", f.path, fn.Name.Name, n, maxFuncLines))
			}
		}
	}
	return faults
}

// isDispatch reports whether a function is little more than one switch whose
// cases have one statement each: those may be long.
func isDispatch(fn *ast.FuncDecl) bool {
	for _, stmt := range fn.Body.List {
		var body *ast.BlockStmt
		switch s := stmt.(type) {
		case *ast.SwitchStmt:
			body = s.Body
		case *ast.TypeSwitchStmt:
			body = s.Body
		default:
			continue
		}
		return len(fn.Body.List) <= 3 && !slices.ContainsFunc(body.List, longCase)
	}
	return false
}

func longCase(stmt ast.Stmt) bool {
	clause, ok := stmt.(*ast.CaseClause)
	return !ok || len(clause.Body) > 1
}

func TestPackagesHaveADoc(t *testing.T) { report(t, checkPackageDocs(repository(t))) }

// checkPackageDocs wants the four sentences: what the package owns, what it must
// not know, its invariant, where to start reading. Commands need a doc only.
func checkPackageDocs(tr *tree) []string {
	var faults []string
	for dir, files := range tr.packages() {
		doc, name := "", ""
		for _, f := range files {
			if !strings.HasSuffix(f.syntax.Name.Name, "_test") {
				name = f.syntax.Name.Name
				doc += strings.Join(strings.Fields(f.syntax.Doc.Text()), " ")
			}
		}
		if doc == "" {
			faults = append(faults, dir+" has no package doc")
			continue
		}
		for _, phrase := range []string{"Package " + name + " owns", "must not", "Invariant:", "Start reading"} {
			if name != "main" && name != "" && !strings.Contains(doc, phrase) {
				faults = append(faults, fmt.Sprintf("%s: the package doc does not say %q", dir, phrase))
			}
		}
	}
	return faults
}

func TestFilesSayWhatTheyAre(t *testing.T) { report(t, checkFileDocs(repository(t))) }

// checkFileDocs wants a package doc or the doc of a declaration at the top of
// every file, because the first lines are what people see of it.
func checkFileDocs(tr *tree) []string {
	var faults []string
	for _, f := range tr.files {
		if f.test || f.generated || f.syntax.Doc != nil {
			continue
		}
		if !slices.ContainsFunc(f.syntax.Comments, func(c *ast.CommentGroup) bool { return tr.line(c.Pos()) <= docWithin }) {
			faults = append(faults, fmt.Sprintf("%s: no comment in the first %d lines says what it is", f.path, docWithin))
		}
	}
	return faults
}

func TestNamesSayWhatIsInside(t *testing.T) { report(t, checkNames(repository(t))) }

var emptyNames = []string{"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc", "shared", "base"}

// checkNames refuses packages without a subject, init functions (registries are
// slice literals) and types that manage or handle.
func checkNames(tr *tree) []string {
	var faults []string
	for _, f := range tr.files {
		if name := f.syntax.Name.Name; slices.Contains(emptyNames, name) {
			faults = append(faults, fmt.Sprintf("%s: package %s is named after no subject", f.path, name))
		}
		for _, decl := range f.syntax.Decls {
			if name := refusedName(decl); name != "" {
				faults = append(faults, fmt.Sprintf("%s:%d: %s", f.path, tr.line(decl.Pos()), name))
			}
		}
	}
	return faults
}

func refusedName(decl ast.Decl) string {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil && d.Name.Name == "init" {
			return "init function: pass values in, or list them in a registry package"
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if s, ok := spec.(*ast.TypeSpec); ok && (strings.HasSuffix(s.Name.Name, "Manager") || strings.HasSuffix(s.Name.Name, "Handler")) {
				return "type " + s.Name.Name + " is named after no subject"
			}
		}
	}
	return ""
}
