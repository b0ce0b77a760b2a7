package session

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/lint"
	"github.com/pvefw/pvefw/lint/all"
	"github.com/pvefw/pvefw/lint/rego"
)

var registry = sync.OnceValues(all.Open)

// now is the time of all lints of these tests.
var now = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// rules are pvefw's own; all of them where a test wants to see each, else those that
// nobody has to ask for.
func rules(tb testing.TB, all bool) Rules {
	reg, err := registry()
	if err != nil {
		tb.Fatal(err)
	}
	var enable []string
	for _, r := range reg.Catalog {
		if r.OptIn && all {
			enable = append(enable, r.Code)
		}
	}
	return Rules{Judges: reg.Judges, Options: func() lint.Options { return lint.Options{Catalog: reg.Catalog, Enable: enable} }}
}

// open makes a session of files behind "-- NAME --" lines.
func open(tb testing.TB, text string) *Session {
	return openInput(tb, rego.ExampleInput(text), true)
}

func openInput(tb testing.TB, in config.Input, all bool) *Session {
	tb.Helper()
	s, err := Open(Options{
		Load:  func() (*load.Loaded, error) { return &load.Loaded{Input: in, Settings: &load.Settings{}}, nil },
		Rules: func(*load.Loaded) (Rules, error) { return rules(tb, all), nil },
		Now:   func() time.Time { return now },
	})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// archives are the golden archives of lint rules: between them every rule fires.
func archives(tb testing.TB) map[string]string {
	tb.Helper()
	names, err := filepath.Glob("../../testdata/lint/*.txtar")
	if err != nil || len(names) == 0 {
		tb.Fatalf("no archives: %v", err)
	}
	texts := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		given, _, _ := strings.Cut(string(text), "\n-- want/")
		texts[strings.TrimSuffix(filepath.Base(name), ".txtar")] = given + "\n"
	}
	return texts
}
