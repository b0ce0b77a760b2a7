package cli

import (
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/pvefw/pvefw/docs/rules"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/lint"
)

// lintFormats are what --format takes, and what writes each.
var lintFormats = []struct {
	name  string
	write func(io.Writer, diag.Report) error // nil: for people
}{
	{"text", nil},
	{"json", func(w io.Writer, r diag.Report) error { return diag.WriteJSON(w, r.Findings, r.Summary) }},
	{"sarif", diag.WriteSARIF},
	{"junit", diag.WriteJUnit},
	{"github", diag.WriteGitHub},
	{"gitlab", diag.WriteGitLab},
	{"checkstyle", diag.WriteCheckstyle},
}

func lintFormatNames() []string {
	var names []string
	for _, f := range lintFormats {
		names = append(names, f.name)
	}
	return names
}

// lintReport gathers the findings of all CONFIGs of a call.
type lintReport struct {
	diag.Report
	paths map[string]string // of files, by their names
	// short: nobody asks for paths and fingerprints, so none are made.
	short bool
}

// add takes the findings of one CONFIG.
func (r *lintReport) add(j *lintJob, res *lint.Result) {
	for i := range res.Findings {
		d := &res.Findings[i]
		r.note(j, d)
		id := lint.Identity{Code: d.Rule.Code, Text: d.Message}
		if i < len(res.Identities) {
			id = res.Identities[i]
		}
		r.append(j, d, id)
	}
	r.Summary.Files += res.Files
	r.Summary.Ignored += res.Ignored
	r.Summary.Known += res.Known
	r.Summary.MissingFacts = append(r.Summary.MissingFacts, res.Missing...)
}

// append takes one finding; its identity is told by the path that people know.
func (r *lintReport) append(j *lintJob, d *diag.Diagnostic, id lint.Identity) {
	if id.Path != "" {
		id.Path = r.path(id.Path)
	}
	r.Findings = append(r.Findings, *d)
	if r.short {
		return
	}
	r.Fingerprints = append(r.Fingerprints, id.Fingerprint())
	r.Fails = append(r.Fails, d.Severity >= j.rules.failLevel())
}

// complaint takes a finding about the settings.
func (r *lintReport) complaint(j *lintJob, d *diag.Diagnostic) {
	r.note(j, d)
	id := lint.Identity{Code: d.Rule.Code, Text: d.Message}
	if !d.Span.IsZero() {
		id.Path = d.Span.File.Name()
	}
	r.append(j, d, id)
}

// note remembers where the files are that a finding is about.
func (r *lintReport) note(j *lintJob, d *diag.Diagnostic) {
	if r.short {
		return
	}
	spans := []source.Span{d.Span}
	for _, rel := range d.Related {
		spans = append(spans, rel.Span)
	}
	for _, f := range d.Fixes {
		for _, e := range f.Edits {
			spans = append(spans, e.Span)
		}
	}
	for _, s := range spans {
		if s.IsZero() || r.paths[s.File.Name()] != "" {
			continue
		}
		at := j.o.Path(s.File.Name())
		if set := j.o.Settings; s.File == set.Source {
			at = path.Join(set.Dir, path.Base(filepath.ToSlash(set.File)))
		}
		r.paths[s.File.Name()] = fromTop(at)
	}
}

func (r *lintReport) path(name string) string {
	if p, ok := r.paths[name]; ok {
		return p
	}
	return name
}

// fromTop is an absolute path relative to the top of the git work tree around it,
// else to the current directory; what is in neither stays absolute.
func fromTop(at string) string {
	for dir := path.Dir(at); ; dir = path.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(filepath.FromSlash(dir), ".git")); err == nil {
			return strings.TrimPrefix(strings.TrimPrefix(at, dir), "/")
		}
		if dir == path.Dir(dir) {
			break
		}
	}
	cwd, err := os.Getwd()
	if err != nil {
		return at
	}
	rel, err := filepath.Rel(cwd, filepath.FromSlash(at))
	if err != nil || !filepath.IsLocal(rel) {
		return at
	}
	return filepath.ToSlash(rel)
}

// finish counts, when all CONFIGs are in.
func (r *lintReport) finish() {
	s, counts := &r.Summary, diag.Summarize(r.Findings)
	s.MissingFacts = unique(s.MissingFacts)
	s.Error, s.Warning, s.Info = counts.Error, counts.Warning, counts.Info
	r.Path, r.Version, r.Help = r.path, version(), helpPage
}

// helpPage is where the page of one of pvefw's own rules can be read.
func helpPage(r *diag.Rule) string {
	if _, ok := rules.Page(r.Code); !ok {
		return ""
	}
	return "https://github.com/pvefw/pvefw/blob/main/docs/rules/" + r.Code + ".md"
}

// write shows the findings where there is room for them: --dry-run and standard
// input give standard output to the files.
func (r *lintRun) write() error {
	out, opt := r.Stdout, diag.TextOptions{Color: r.Color, Width: r.Width, Summary: &r.report.Summary}
	if r.fix && (r.dryRun || r.stdin) {
		out, opt.Color, opt.Width = r.Stderr, false, 0
	}
	if err := r.writeFormat(out, opt); err != nil {
		return failf("cannot write the findings: %s", reason(err))
	}
	r.jobSummary()
	if r.failed {
		return findings()
	}
	return nil
}

func (r *lintRun) writeFormat(out io.Writer, opt diag.TextOptions) error {
	for _, f := range lintFormats {
		if f.name == r.format && f.write != nil {
			return f.write(out, r.report.Report)
		}
	}
	return diag.WriteText(out, r.report.Findings, opt)
}

// jobSummary appends the findings to the page of the workflow's run, where
// GitHub asks for that by a variable. That page is an extra: when it cannot be
// written the run goes on.
func (r *lintRun) jobSummary() {
	file := os.Getenv("GITHUB_STEP_SUMMARY")
	if r.format != "github" || file == "" {
		return
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		err = diag.WriteGitHubSummary(f, r.report.Report)
		if e := f.Close(); err == nil {
			err = e
		}
	}
	if err != nil {
		fmt.Fprintf(r.Stderr, "pvefw: note: cannot write the job summary: %s\n", reason(err))
	}
}
