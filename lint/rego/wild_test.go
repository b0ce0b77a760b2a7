package rego

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/measured"
)

// judgement is one entry of findings.json or traps.json.
type judgement struct {
	File string `json:"file"`
	Line int    `json:"line"` // 0 for the whole file
	What string `json:"what"`
}

func (j judgement) place() string { return fmt.Sprintf("%s:%d", j.File, j.Line) }

func judgements(t *testing.T, path string) []judgement {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []judgement
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// wildInput reads a case's files.
func wildInput(t *testing.T, dir string) (text string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.fw"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text += "\n-- " + filepath.Base(name) + " --\n" + strings.TrimSuffix(string(data), "\n")
	}
	return text
}

// judgedAs are the judges' words for what a policy reports.
var judgedAs = map[string][]string{
	"management-port-open-to-any": {"mgmt-open-to-all"},
	"accept-any":                  {"accept-all-host", "accept-all-guest"},
	"management-set-too-wide":     {"ipset-covers-all-ipv4", "wide-public-range"},
	"source-port-accept":          {"sport-only-accept"},
	"ipv4-only-isolation":         {"ipv4-only-isolation"},
	"ipfilter-without-set":        {"ipfilter-without-set"},
	"corosync-over-tcp":           {"corosync-tcp"},
	"catch-all-before-builtins":   {"catchall-before-builtins"},
	"forward-needs-nftables":      {"forward-needs-nftables"},
	"guest-firewall-not-enabled":  {"guest-not-enabled"},
	"policy-out-locks-out":        {"policy-out-drop-no-allow", "out-drop-without-dns"},
}

func TestWildCases(t *testing.T) {
	root := measured.Path(t, "cases/wild")
	dirs, err := os.ReadDir(root)
	if err != nil || len(dirs) == 0 {
		t.Fatalf("%d cases, %v", len(dirs), err)
	}
	e := builtin(t)
	for _, d := range dirs {
		dir := filepath.Join(root, d.Name())
		found := judged(t, e, input(wildInput(t, dir)))
		judges := judgements(t, filepath.Join(dir, "findings.json"))
		for code, names := range judgedAs {
			compare(t, d.Name(), code, places(found, code), expected(d.Name(), judges, names))
		}
		for _, trap := range judgements(t, filepath.Join(dir, "traps.json")) {
			// A trap about one aspect of a line may stand on a line with a fault.
			if slices.ContainsFunc(judges, func(j judgement) bool { return j.place() == trap.place() }) {
				continue
			}
			for i := range found {
				if at := placeOf(&found[i]); at == trap.place() && found[i].Severity > diag.Info {
					t.Errorf("%s: %s at the trap %s", d.Name(), found[i].Rule.Code, at)
				}
			}
		}
	}
}

func expected(name string, judges []judgement, whats []string) []string {
	var out []string
	for _, j := range judges {
		if slices.Contains(whats, j.What) {
			out = append(out, j.place())
		}
	}
	return out
}

func places(found diag.List, code string) []string {
	var out []string
	for i := range found {
		if found[i].Rule.Code == code {
			out = append(out, placeOf(&found[i]))
		}
	}
	return out
}

func placeOf(d *diag.Diagnostic) string {
	if d.Span.WholeFile() {
		return d.Span.File.Name() + ":0"
	}
	return fmt.Sprintf("%s:%d", d.Span.File.Name(), d.Span.From().Line)
}

func compare(t *testing.T, name, code string, got, want []string) {
	t.Helper()
	for _, p := range got {
		if !slices.Contains(want, p) {
			t.Errorf("%s: %s at %s, where the judges saw nothing", name, code, p)
		}
	}
	for _, p := range want {
		if !slices.Contains(got, p) {
			t.Errorf("%s: no %s at %s", name, code, p)
		}
	}
}

// A lockout that the judges saw is an error here, and nothing else is. Other codes
// of lockouts are errors on lines that were judged.
func TestWildLockouts(t *testing.T) {
	root := measured.Path(t, "cases/wild")
	dirs, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	e, errors := builtin(t), 0
	for _, d := range dirs {
		dir := filepath.Join(root, d.Name())
		judges := judgements(t, filepath.Join(dir, "findings.json"))
		locked := slices.ContainsFunc(judges, func(j judgement) bool { return j.What == "lockout-risk" })
		var got []string
		for _, f := range judged(t, e, input(wildInput(t, dir))) {
			switch at := placeOf(&f); {
			case f.Rule.Category != "lockout" || f.Severity < diag.Warning:
			case f.Rule.Code == "lockout-no-management-access":
				got = append(got, f.Message)
			case !slices.ContainsFunc(judges, func(j judgement) bool { return j.place() == at }):
				t.Errorf("%s: %s at %s, where the judges saw nothing", d.Name(), f.Rule.Code, at)
			default:
				errors++
			}
		}
		if locked != (len(got) > 0) {
			t.Errorf("%s: locked out %v, found %q", d.Name(), locked, got)
		}
	}
	if errors == 0 {
		t.Error("no other lockout was found")
	}
}
