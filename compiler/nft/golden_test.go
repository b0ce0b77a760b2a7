package nft

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
)

// TestGolden compiles each archive of testdata/nft and compares the chains and sets
// that its comment lists behind "shows:". PVEFW_UPDATE=1 rewrites the want sections.
func TestGolden(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/nft/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range paths {
		path, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(path), func(t *testing.T) { golden(t, path) })
	}
}

func golden(t *testing.T, path string) {
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range a.Files {
		if !strings.HasPrefix(f.Name, "want/") {
			continue
		}
		got := result(t, a, f.Name)
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

// result makes a want section: want/folded, want/plain, want/reference (folded) or
// want/findings.
func result(t *testing.T, a *txtar.Archive, section string) string {
	sem, options := lower.Intended, Options{}
	switch section {
	case "want/reference":
		sem = lower.Reference
	case "want/plain":
		options.Plain = true
	}
	program, findings := programOf(t, a, sem, options)
	if section == "want/findings" {
		return listed(findings)
	}
	if program == nil {
		return "no program\n"
	}
	_, names, ok := strings.Cut(string(a.Comment), "shows:")
	if !ok {
		t.Fatal("the archive does not say what it shows")
	}
	return excerpt(t, program, strings.Fields(names))
}

func listed(findings diag.List) string {
	var b strings.Builder
	for _, d := range findings {
		fmt.Fprintf(&b, "%s: %s %s: %s\n    %s\n", d.Span, d.Severity, d.Rule.Code, d.Message, d.Effect)
	}
	return b.String()
}

// excerpt is the text of what has one of the names, TABLE/NAME.
func excerpt(t *testing.T, p *Program, names []string) string {
	t.Helper()
	var b []byte
	for _, name := range names {
		table, name, _ := strings.Cut(name, "/")
		before := len(b)
		if in := p.Table(table); in != nil {
			if c := in.Chain(name); c != nil {
				b = c.append(b)
			}
			for _, s := range in.Sets {
				if s.Name == name {
					b = s.append(b)
				}
			}
		}
		if len(b) == before {
			b = append(b, "\tno "+name+"\n\n"...)
		}
	}
	return strings.TrimSuffix(string(b), "\n")
}

func programOf(t *testing.T, a *txtar.Archive, sem lower.Semantics, o Options) (*Program, diag.List) {
	t.Helper()
	return Build(policyOf(t, a, sem), o)
}

func policyOf(t *testing.T, a *txtar.Archive, sem lower.Semantics) *ir.Policy {
	t.Helper()
	dir := t.TempDir()
	for _, f := range a.Files {
		if strings.HasPrefix(f.Name, "want/") {
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// The name of a finding's file must not depend on where the test runs.
	t.Chdir(dir)
	loaded, err := load.Load(".", load.Options{OneNode: true, Now: time.Unix(1_700_000_000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	cfg, _ := config.Resolve(loaded.Input)
	policy, _ := lower.Lower(cfg, cfg.Nodes[0], sem)
	return policy
}
