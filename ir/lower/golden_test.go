package lower

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestGolden lowers each archive of testdata/lower under both semantics.
// PVEFW_UPDATE=1 rewrites the want sections.
func TestGolden(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/lower/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) { golden(t, path) })
	}
}

func golden(t *testing.T, path string) {
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range a.Files {
		files[f.Name] = string(f.Data)
	}
	for i, f := range a.Files {
		got, ok := result(t, files, f.Name)
		if !ok {
			continue
		}
		if os.Getenv("PVEFW_UPDATE") == "1" {
			a.Files[i].Data = []byte(got)
		} else if diff := cmp.Diff(string(f.Data), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.Name, diff)
		}
	}
	if os.Getenv("PVEFW_UPDATE") == "1" {
		if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// result makes what a want section asks for; ok is false for inputs.
func result(t *testing.T, files map[string]string, section string) (text string, ok bool) {
	var b bytes.Buffer
	switch section {
	case "want/reference":
		p, _ := lowered(t, files, Reference)
		dumpTo(t, &b, p)
	case "want/intended":
		p, _ := lowered(t, files, Intended)
		dumpTo(t, &b, p)
	case "want/findings":
		_, findings := lowered(t, files, Reference)
		list(&b, findings)
	default:
		return "", false
	}
	return b.String(), true
}

func dumpTo(t *testing.T, b *bytes.Buffer, p *ir.Policy) {
	if err := ir.Dump(b, p); err != nil {
		t.Fatal(err)
	}
}

func list(b *bytes.Buffer, findings diag.List) {
	for _, d := range findings {
		fmt.Fprintf(b, "%s: %s %s: %s\n    %s\n", d.Span, d.Severity, d.Rule.Code, d.Message, d.Effect)
		if d.ProxmoxRuntimeMessage != "" {
			fmt.Fprintf(b, "    daemon: %s\n", d.ProxmoxRuntimeMessage)
		}
	}
}
