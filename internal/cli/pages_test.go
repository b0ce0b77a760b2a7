package cli

import (
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/pvefw/pvefw/compiler/all"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/ir/lower"
)

// TestRulePages makes the pages of all rules from the catalogue and from runs over
// their examples and compares them with docs/rules, which it writes with
// PVEFW_UPDATE=1. Every rule must have a complete page, an example that it finds
// something in, and one that it finds nothing in.
func TestRulePages(t *testing.T) {
	book, err := openRulebook()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.Abs("../../docs/rules")
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]string{"README.md": rulesIndex(book.rules)}
	for _, r := range book.rules {
		pages[r.Code+".md"] = completePage(t, book, r)
	}
	if t.Failed() {
		return
	}
	for name, text := range pages {
		comparePage(t, filepath.Join(dir, name), text)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if path.Ext(e.Name()) == ".md" && pages[e.Name()] == "" {
			staleFile(t, filepath.Join(dir, e.Name()))
		}
	}
}

func completePage(t *testing.T, book *rulebook, r *diag.Rule) string {
	t.Helper()
	for name, text := range map[string]string{"title": r.Title, "description": r.Description, "why": r.Page.Why,
		"fix": r.Page.Fix, "bad example": r.Page.Bad, "good example": r.Page.Good} {
		if strings.TrimSpace(text) == "" {
			t.Errorf("%s has no %s", r.Code, name)
		}
	}
	found := foundIn(t, book, r, r.Page.Bad)
	if len(found) == 0 {
		t.Errorf("%s finds nothing in its bad example", r.Code)
	}
	if good := foundIn(t, book, r, r.Page.Good); len(good) > 0 {
		t.Errorf("%s finds something in its good example: %s", r.Code, good[0].Message)
	}
	page := makePage(r, found)
	for _, title := range []string{"What", "Why", "What Proxmox does", "Example", "Fix", "How to ignore"} {
		if !strings.Contains(page, "\n## "+title+"\n\n") {
			t.Errorf("the page of %s has no section %q", r.Code, title)
		}
	}
	return page
}

func comparePage(t *testing.T, file, text string) {
	t.Helper()
	if os.Getenv("PVEFW_UPDATE") != "" {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	old, err := os.ReadFile(file)
	if err != nil {
		t.Errorf("%s is missing: run PVEFW_UPDATE=1 go test ./internal/cli", filepath.Base(file))
	} else if d := cmp.Diff(string(old), text); d != "" {
		t.Errorf("%s (-is +ought); run PVEFW_UPDATE=1 go test ./internal/cli:\n%s", filepath.Base(file), d)
	}
}

func staleFile(t *testing.T, file string) {
	t.Helper()
	if os.Getenv("PVEFW_UPDATE") == "" {
		t.Errorf("%s is the page of no rule", filepath.Base(file))
	} else if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
}

// foundIn lints a CONFIG on disk as the command does, compiles it with every backend and
// proves its tests, and returns what the rule finds.
func foundIn(t *testing.T, book *rulebook, r *diag.Rule, files string) diag.List {
	t.Helper()
	t.Chdir(exampleDir(t, files))
	s := &Streams{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, Now: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	run := &lintRun{Streams: s, cmd: &cobra.Command{}, book: book, policyFlags: policyFlags{noCache: true}}
	run.report.paths = map[string]string{}
	run.enable = []string{r.Code}
	var found diag.List
	var refused *exitError
	switch err := run.one(""); {
	case errors.As(err, &refused):
		found = refused.found
	case err != nil:
		t.Fatal(err)
	default:
		run.complaints()
		found = append(found, run.report.Findings...)
		found = append(found, emitted(t, s, r)...)
		found = append(found, misread(t, s)...)
	}
	found = slices.DeleteFunc(found, func(d diag.Diagnostic) bool { return d.Rule.Code != r.Code })
	found.Sort()
	return found
}

// emitted is what the backends say, each under the semantics that compile takes for
// it. What nft refuses it refuses under the other.
func emitted(t *testing.T, s *Streams, r *diag.Rule) diag.List {
	t.Helper()
	var found diag.List
	for _, sem := range []lower.Semantics{lower.Reference, lower.Intended} {
		o, err := open(s, "", (&configFlags{}).options(s), sem)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range o.policies {
			for _, b := range all.Backends() {
				if sem == lower.Intended != (b.Name() == "nft") && r.Code != "nft-cannot-compile" {
					continue
				}
				_, more := b.Emit(p)
				found = append(found, more...)
			}
		}
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(found, func(d diag.Diagnostic) bool {
		key := d.Rule.Code + d.Span.String() + d.Message
		again := seen[key]
		seen[key] = true
		return again
	})
}

// misread is what verify says about the words of the CONFIG's tests.
func misread(t *testing.T, s *Streams) diag.List {
	t.Helper()
	if names, err := filepath.Glob("*" + load.TestsSuffix); err != nil || len(names) == 0 {
		return nil
	}
	var refused *exitError
	if err := (&verifyRun{Streams: s, cmd: &cobra.Command{}, format: "text", sem: lower.Intended}).run(); errors.As(err, &refused) {
		return refused.found
	}
	return nil
}

func exampleDir(t *testing.T, files string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o755); err != nil { // no settings from above
		t.Fatal(err)
	}
	for _, f := range archived(files) {
		file := filepath.Join(dir, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(strings.TrimRight(f.body, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
