package diag

import (
	"bytes"
	"encoding/json"
	"regexp"
	"testing"
)

// The schema of SARIF 2.1.0 is not part of this repository; these are the demands
// that it and the prose of the standard make of the objects in use, and those that
// GitHub makes beyond them.
func TestSARIFHoldsWhatTheStandardDemands(t *testing.T) {
	var out bytes.Buffer
	if err := WriteSARIF(&out, sampleReport(t)); err != nil {
		t.Fatal(err)
	}
	var log struct {
		Schema  string `json:"$schema"`
		Version string `json:"version"`
		Runs    []struct {
			Tool       sarifTool
			ColumnKind string
			Results    []sarifResult
		}
	}
	dec := json.NewDecoder(&out)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || len(log.Runs) != 1 || log.Runs[0].ColumnKind != "unicodeCodePoints" {
		t.Fatalf("version %q, %d runs", log.Version, len(log.Runs))
	}
	run := log.Runs[0]
	if len(run.Results) != 6 {
		t.Fatalf("%d results", len(run.Results))
	}
	for _, r := range run.Tool.Driver.Rules {
		if r.ID == "" || r.Short.Text == "" && r.ID == "alias-unknown" || r.Help.Text == "" && r.ID == "alias-unknown" || !level[r.Default.Level] {
			t.Errorf("rule %+v lacks something", r)
		}
	}
	for _, r := range run.Results {
		checkResult(t, run.Tool.Driver.Rules, r)
	}
}

var (
	level = map[string]bool{"none": true, "note": true, "warning": true, "error": true}
	// RFC 3986 without what a path has no use for.
	uriReference = regexp.MustCompile(`^[A-Za-z0-9._~!$&'()*+,;=:@/-]*(?:%[0-9A-F]{2}[A-Za-z0-9._~!$&'()*+,;=:@/-]*)*$`)
)

func checkResult(t *testing.T, rules []sarifRule, r sarifResult) {
	t.Helper()
	if r.Index < 0 || r.Index >= len(rules) || rules[r.Index].ID != r.Rule {
		t.Errorf("%s: ruleIndex %d is another rule", r.Rule, r.Index)
	}
	if !level[r.Level] || r.Message.Text == "" || len(r.Locations) > 1 || r.Fingerprints["primaryLocationLineHash"] == "" {
		t.Errorf("%s: level %q, message %q, %d locations, %v", r.Rule, r.Level, r.Message.Text, len(r.Locations), r.Fingerprints)
	}
	for _, l := range append(append([]sarifLocation{}, r.Locations...), r.Related...) {
		checkRegion(t, l.Physical.Region)
		checkArtifact(t, l.Physical.Artifact)
	}
	for _, l := range r.Related {
		if l.ID < 1 || l.Message == nil {
			t.Errorf("%s: related location %+v", r.Rule, l)
		}
	}
	for _, f := range r.Fixes {
		if len(f.Changes) == 0 || f.Description.Text == "" {
			t.Errorf("%s: a fix without changes or title", r.Rule)
		}
		for _, c := range f.Changes {
			checkArtifact(t, c.Artifact)
			if len(c.Replacements) == 0 {
				t.Errorf("%s: a change without replacements", r.Rule)
			}
			for _, x := range c.Replacements {
				checkRegion(t, x.Deleted)
			}
		}
	}
}

func checkRegion(t *testing.T, r sarifRegion) {
	t.Helper()
	ordered := r.EndLine == 0 || r.EndLine > r.StartLine || r.EndLine == r.StartLine && r.EndColumn >= r.StartColumn
	if r.StartLine < 1 || !ordered || (r.StartColumn == 0) != (r.EndColumn == 0) {
		t.Errorf("region %+v", r)
	}
}

func checkArtifact(t *testing.T, a sarifArtifact) {
	t.Helper()
	if !uriReference.MatchString(a.URI) || a.URI == "" || a.Base != sarifRoot {
		t.Errorf("artifact %+v", a)
	}
}
