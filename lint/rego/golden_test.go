package rego

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/pvefw/pvefw/internal/diag"
)

// Each archive holds a CONFIG and, in want/diagnostics, what the policies say
// about it, as people see it.
func TestGoldenArchives(t *testing.T) {
	e := builtin(t)
	dir := filepath.Join("..", "..", "testdata", "lint")
	for _, p := range e.policies {
		path := filepath.Join(dir, p.rule.Code+".txtar")
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Error(err)
			continue
		}
		var files strings.Builder
		want := -1
		for i, f := range a.Files {
			if f.Name == "want/diagnostics" {
				want = i
				continue
			}
			files.WriteString("\n-- " + f.Name + " --\n" + string(f.Data))
		}
		if want < 0 {
			t.Errorf("%s: no want/diagnostics", path)
			continue
		}
		// What other policies say about the same files is in their archives.
		found := slices.DeleteFunc(judged(t, e, input(files.String()), p.rule.Code), func(d diag.Diagnostic) bool { return d.Rule != p.rule })
		var got bytes.Buffer
		if err := diag.WriteText(&got, found, diag.TextOptions{}); err != nil {
			t.Fatal(err)
		}
		if os.Getenv("PVEFW_UPDATE") != "" {
			a.Files[want].Data = got.Bytes()
			if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if d := cmp.Diff(string(a.Files[want].Data), got.String()); d != "" {
			t.Errorf("%s (-want +got):\n%s", path, d)
		}
	}
}
