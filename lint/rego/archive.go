package rego

import (
	"bytes"
	"context"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/textdiff"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/lint"
)

// wantFile is the part of an archive that says what is found in the others.
const wantFile = "want/diagnostics"

// TestArchive lets the engine judge the configuration in an archive and compares
// what it finds, as people see it, with what the archive says.
func (e *Engine) TestArchive(ctx context.Context, file, text string) UnitTest {
	t := UnitTest{Place: file, Name: wantFile, Outcome: Passed}
	files, want, ok := strings.Cut("\n"+text, "\n-- "+wantFile+" --\n")
	if !ok {
		t.Outcome, t.Text = Broken, "there is no part "+wantFile
		return t
	}
	want, _, _ = strings.Cut("\n"+want, "\n-- ")
	cfg, _ := config.Resolve(ExampleInput(files))
	res, err := lint.Run(ctx, lint.Input{Config: cfg}, lint.Options{}, e)
	if err != nil {
		t.Outcome, t.Text = Broken, err.Error()
		return t
	}
	var got bytes.Buffer
	if err := diag.WriteText(&got, res.Findings, diag.TextOptions{}); err != nil {
		t.Outcome, t.Text = Broken, err.Error()
		return t
	}
	if want = strings.TrimPrefix(want, "\n"); strings.TrimRight(want, "\n") != strings.TrimRight(got.String(), "\n") {
		t.Outcome, t.Text = Failed, "it finds otherwise:\n"+textdiff.Unified("want", "found", want, got.String(), 2)
	}
	return t
}
