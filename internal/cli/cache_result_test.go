package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/lint"
)

// lintJobOf opens a CONFIG as `pvefw lint` does.
func lintJobOf(t *testing.T, path string, change func(*lintRun)) *lintJob {
	t.Helper()
	r := &lintRun{Streams: &Streams{Stdout: &strings.Builder{}, Stderr: &strings.Builder{}, Now: time.Unix(1_700_000_000, 0)}, format: "json"}
	r.report.short = true
	change(r)
	o, err := openFiles(r.Streams, path, load.Options{Now: r.Now})
	if err != nil {
		t.Fatal(err)
	}
	return &lintJob{lintRun: r, path: path, o: o}
}

func TestResultsAreRemembered(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv(cacheVariable, "")
	dir := t.TempDir()
	file := filepath.Join(dir, "100.fw")
	write := func(name, text string) {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(file, "[OPTIONS]\nenable: 1\nfoo: 1\n[RULES]\nIN ACCEPT -p tcp -dport 99999\nIN ACCEPT\nIN ACCEPT\n")
	asIs := func(*lintRun) {}
	recall := func(change func(*lintRun)) (lint.Result, bool) { return lintJobOf(t, dir, change).memory().recall() }
	if _, ok := recall(asIs); ok {
		t.Fatal("something is known of a file that nobody has looked at")
	}
	first, err := lintJobOf(t, dir, asIs).result()
	if err != nil || len(first.Findings) < 3 {
		t.Fatalf("%d findings, %v", len(first.Findings), err)
	}
	second, ok := recall(asIs)
	if d := cmp.Diff(texts(first.Findings), texts(second.Findings)); !ok || d != "" || first.Files != second.Files {
		t.Errorf("%v %s", ok, d)
	}
	for what, change := range map[string]func(*lintRun){
		"a flag":      func(r *lintRun) { r.disable = []string{"dead"} },
		"another day": func(r *lintRun) { r.Now = r.Now.AddDate(0, 0, 1) },
		"a baseline":  func(r *lintRun) { r.baseline = "known.json" },
		"a fix":       func(r *lintRun) { r.fix = true },
		"no cache":    func(r *lintRun) { r.noCache = true },
		"a policy":    func(r *lintRun) { r.sources = []string{"mine"} },
	} {
		if _, ok := recall(change); ok {
			t.Errorf("%s changes nothing", what)
		}
	}
	write(filepath.Join(dir, ".pvefw.yaml"), "lint:\n  severity:\n    dead: error\n")
	if _, ok := recall(asIs); ok {
		t.Error("settings change nothing")
	}
}
