package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/measured"
)

// readerKinds maps the judges' words for faults that the reader finds to the
// codes that name them. Words about what a rule set permits are the policies'.
var readerKinds = map[string][]string{
	"undefined-ipset":   {"ipset-unknown", "management-undefined"},
	"undefined-group":   {"group-unknown"},
	"option-wrong-file": {"option-wrong-file"},
	"unknown-option":    {"option-unknown"},
	"bad-log-ratelimit": {"log-ratelimit-fatal"},

	"flag-comment": {"rule-unparsable"}, "flag-o": {"rule-unparsable"}, "flag-conntrack": {"rule-unparsable"},
	"flag-log-level": {"rule-unparsable"}, "flag-s-d": {"rule-unparsable"}, "iptables-line": {"rule-unparsable", "line-outside-section"},
	"rule-word-order": {"rule-unparsable", "macro-unknown", "action-unknown"},

	"no-section": {"line-outside-section"}, "section-case-nft": {"section-keyword-case"},
	"alias-multi-space": {"alias-malformed"}, "alias-as-ipset": {"alias-used-as-ipset"},
	"ipset-defined-later": {"use-before-definition"}, "management-undefined": {"management-undefined"},
	"port-range-dash": {"port-range-dash"}, "mixed-family": {"family-mismatch"},
	"host-bits-set": {"address-host-bits"}, "unknown-macro": {"macro-unknown"},
}

type wildJudgement struct {
	File string `json:"file"`
	Line int    `json:"line"`
	What string `json:"what"`
}

// TestWild: every fault of the reader's kind in real files is found on its line
// under the right code, and nothing right is called wrong.
func TestWild(t *testing.T) {
	root := measured.Path(t, "cases/wild")
	dirs, err := os.ReadDir(root)
	if err != nil {
		t.Skip("skipped: " + t.Name() + ": no shared/cases/wild beside the repository")
	}
	board := scoreboard{}
	for _, d := range dirs {
		board.wildCase(t, filepath.Join(root, d.Name()))
	}
	if board.of("wild.found").Total == 0 || board.of("wild.traps").Total == 0 {
		t.Fatal("no judgements were read")
	}
	report(t, board)
}

func (b scoreboard) wildCase(t *testing.T, dir string) {
	t.Helper()
	files := map[string]string{}
	names, _ := filepath.Glob(filepath.Join(dir, "*.fw"))
	for _, name := range names {
		files[filepath.Base(name)] = slurp(t, name)
	}
	found := findingsOf(t, files)
	var judged, traps []wildJudgement
	decode(t, filepath.Join(dir, "findings.json"), &judged)
	decode(t, filepath.Join(dir, "traps.json"), &traps)
	for _, j := range judged {
		if codes := readerKinds[j.What]; codes != nil {
			got := codesAt(found, j, diag.Info)
			b.of("wild.found").add(slices.ContainsFunc(got, func(c string) bool { return slices.Contains(codes, c) }),
				"%s/%s:%d %s: found %v", filepath.Base(dir), j.File, j.Line, j.What, got)
		}
	}
	for _, trap := range traps {
		if slices.ContainsFunc(judged, func(j wildJudgement) bool { return j.File == trap.File && j.Line == trap.Line }) {
			continue // a trap about one word of a line that has a fault
		}
		got := codesAt(found, trap, diag.Warning)
		b.of("wild.traps").add(len(got) == 0, "%s/%s:%d: %v at a trap", filepath.Base(dir), trap.File, trap.Line, got)
	}
	b.wildSurplus(filepath.Base(dir), judged, found)
}

// wildSurplus: the judges looked at every line, so an error on a line without a
// judgement is either theirs or ours to explain.
func (b scoreboard) wildSurplus(name string, judged []wildJudgement, found diag.List) {
	for i := range found {
		d := &found[i]
		if d.Severity < diag.Error {
			continue
		}
		file, line := filepath.Base(d.Span.File.Name()), d.Span.From().Line
		known := slices.ContainsFunc(judged, func(j wildJudgement) bool { return j.File == file && j.Line == line })
		b.of("wild.errors").add(known, "%s/%s:%d: %s: %s", name, file, line, d.Rule.Code, strings.TrimSpace(lineOf(*d)))
	}
}

func codesAt(found diag.List, j wildJudgement, least diag.Severity) []string {
	var out []string
	for i := range found {
		d := &found[i]
		if d.Severity >= least && filepath.Base(d.Span.File.Name()) == j.File && (j.Line == 0 || d.Span.From().Line == j.Line) {
			out = append(out, fmt.Sprint(d.Rule.Code))
		}
	}
	return out
}
