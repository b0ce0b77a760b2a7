// Package golden owns the archives that tests read: files to begin with, and in sections
// want/... what must come of them. It must not know what any of them is about. Invariant:
// with PVEFW_UPDATE=1 what a test makes is written into the archive, otherwise it is
// compared, and no archive is passed over. Start reading at Each.
package golden

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// Update reports whether archives and other files that tests make are to be written anew.
func Update() bool { return os.Getenv("PVEFW_UPDATE") != "" }

// Archive is an open archive. Path is absolute, so that a test may go elsewhere.
type Archive struct {
	*txtar.Archive
	Path string
}

// Each runs a test of its own with each archive that a pattern finds.
func Each(t *testing.T, pattern string, use func(t *testing.T, a *Archive)) {
	t.Helper()
	for _, path := range Find(t, pattern) {
		t.Run(filepath.Base(path), func(t *testing.T) { use(t, Open(t, path)) })
	}
}

// Find returns absolute paths; it is an error if there are none.
func Find(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives %s: %v", pattern, err)
	}
	for i, path := range paths {
		if paths[i], err = filepath.Abs(path); err != nil {
			t.Fatal(err)
		}
	}
	return paths
}

// Open reads an archive. What Check puts into it is written when the test ends.
func Open(t *testing.T, path string) *Archive {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	read, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	a := &Archive{read, path}
	if Update() {
		t.Cleanup(func() {
			if err := os.WriteFile(path, txtar.Format(a.Archive), 0o644); err != nil {
				t.Error(err)
			}
		})
	}
	return a
}

const wanted = "want/"

// IsWanted tells a section that a test makes from a file to begin with.
func IsWanted(name string) bool { return strings.HasPrefix(name, wanted) }

// Given are the files to begin with, by name.
func (a *Archive) Given() map[string]string {
	files := map[string]string{}
	for _, f := range a.Files {
		if !IsWanted(f.Name) {
			files[f.Name] = string(f.Data)
		}
	}
	return files
}

// Dir puts the files to begin with into a folder of the test's own.
func (a *Archive) Dir(t *testing.T) string {
	t.Helper()
	return Dir(t, a.Given())
}

// Dir puts files into a folder of the test's own; names have slashes.
func Dir(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Check holds every section want/... to what is made for it; make is given its name
// without want/.
func (a *Archive) Check(t *testing.T, make func(section string) string) {
	t.Helper()
	checked := 0
	for i, f := range a.Files {
		section, ok := strings.CutPrefix(f.Name, wanted)
		if !ok {
			continue
		}
		checked++
		got := make(section)
		if Update() {
			a.Files[i].Data = []byte(got)
		} else if diff := cmp.Diff(string(f.Data), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.Name, diff)
		}
	}
	if checked == 0 {
		t.Errorf("%s wants nothing", a.Path)
	}
}
