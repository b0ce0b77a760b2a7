package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/pvefw/pvefw"

// tree is the repository as the checks see it: parsed, not type-checked, for all
// platforms at once.
type tree struct {
	fset  *token.FileSet
	files []goFile // sorted by path
	top   []fs.DirEntry
	fsys  fs.FS
}

type goFile struct {
	path      string // slash-separated, from the top of the repository
	dir       string
	test      bool
	generated bool
	lines     int
	syntax    *ast.File
	imports   []string
}

// repository reads the tree that this test stands in.
func repository(t *testing.T) *tree {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	return readTree(t, os.DirFS(dir))
}

func readTree(t *testing.T, fsys fs.FS) *tree {
	t.Helper()
	tr := &tree{fset: token.NewFileSet(), fsys: fsys}
	var err error
	if tr.top, err = fs.ReadDir(fsys, "."); err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (d.Name() == "testdata" || d.Name() == "node_modules" || d.Name()[0] == '.' || d.Name()[0] == '_'):
			return fs.SkipDir // as go list does, and go.mod says of node_modules
		case d.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		return tr.read(name)
	})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func (tr *tree) read(name string) error {
	text, err := fs.ReadFile(tr.fsys, name)
	if err != nil {
		return err
	}
	syntax, err := parser.ParseFile(tr.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	file := goFile{
		path: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go"),
		generated: ast.IsGenerated(syntax), lines: strings.Count(string(text), "\n"), syntax: syntax,
	}
	for _, spec := range syntax.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		file.imports = append(file.imports, imported)
	}
	tr.files = append(tr.files, file)
	return nil
}

// packages groups the files by directory, keeping their order.
func (tr *tree) packages() map[string][]goFile {
	dirs := map[string][]goFile{}
	for _, f := range tr.files {
		dirs[f.dir] = append(dirs[f.dir], f)
	}
	return dirs
}

// internalPath returns the directory of an import of this module.
func internalPath(imported string) (dir string, ok bool) {
	return strings.CutPrefix(imported, module+"/")
}

// thirdParty reports whether an import is neither ours nor the standard library's.
func thirdParty(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	_, ours := internalPath(imported)
	return !ours && strings.Contains(first, ".")
}

func (tr *tree) line(pos token.Pos) int { return tr.fset.Position(pos).Line }
