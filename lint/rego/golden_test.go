package rego

import (
	"bytes"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/golden"
)

// Each archive holds a CONFIG and, in want/diagnostics, what the policies say
// about it, as people see it.
func TestGoldenArchives(t *testing.T) {
	e := builtin(t)
	for _, p := range e.policies {
		a := golden.Open(t, filepath.Join("..", "..", "testdata", "lint", p.rule.Code+".txtar"))
		given := a.Given()
		var files strings.Builder
		for _, name := range slices.Sorted(maps.Keys(given)) {
			files.WriteString("\n-- " + name + " --\n" + given[name])
		}
		a.Check(t, func(string) string {
			// What other policies say about the same files is in their archives.
			found := slices.DeleteFunc(judged(t, e, input(files.String()), p.rule.Code), func(d diag.Diagnostic) bool { return d.Rule != p.rule })
			var got bytes.Buffer
			if err := diag.WriteText(&got, found, diag.TextOptions{}); err != nil {
				t.Fatal(err)
			}
			return got.String()
		})
	}
}
