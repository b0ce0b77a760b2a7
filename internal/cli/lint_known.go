package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/lint"
)

// usedIgnores are the ignore entries of one settings file over all CONFIGs that
// it is in force for.
type usedIgnores struct {
	file    string
	entries *lint.Ignores
	job     *lintJob // the last one
	whole   bool     // everything that the file is about was looked at
}

// ignoresOf finds or makes the ignore entries of a CONFIG's settings file.
func (r *lintRun) ignoresOf(j *lintJob) *lint.Ignores {
	set := j.o.Settings
	if len(set.Lint.Ignores) == 0 {
		return nil
	}
	whole := j.o.Root == set.Dir && r.node == "" && !r.stdin
	for _, u := range r.ignores {
		if u.file == set.File {
			u.whole = u.whole || whole
			return u.entries
		}
	}
	u := &usedIgnores{file: set.File, entries: newIgnores(set), job: j, whole: whole}
	r.ignores = append(r.ignores, u)
	return u.entries
}

// newIgnores are the ignore entries of settings; nil without any.
func newIgnores(set *load.Settings) *lint.Ignores {
	if len(set.Lint.Ignores) == 0 {
		return nil
	}
	entries := &lint.Ignores{}
	for _, e := range set.Lint.Ignores {
		entries.List = append(entries.List, &lint.Ignore{Selector: e.Selector, Reason: e.Reason, Expires: e.Expires, Span: e.Span})
	}
	return entries
}

// complaints reports the findings about ignore entries, when all CONFIGs are done.
func (r *lintRun) complaints() {
	for _, u := range r.ignores {
		found := u.entries.Complaints(u.job.opt, u.whole)
		for i := range found {
			r.failed = r.failed || found[i].Severity >= u.job.rules.failLevel()
			r.report.complaint(u.job, &found[i])
		}
	}
}

// filters sets up what takes known findings out.
func (j *lintJob) filters() error {
	var list []lint.Filter
	f, err := j.openBaseline()
	if err != nil {
		return err
	}
	if f != nil {
		list = append(list, f)
	}
	if j.since != "" {
		old, err := j.earlier()
		if err != nil {
			return err
		}
		list = append(list, old.Filter(func() *config.Config { return j.o.config }))
	}
	if len(list) > 0 {
		j.opt.Known = lint.AllOf(list...)
	}
	return nil
}

// openBaseline reads the baseline of the flag, else that of the settings; nil
// without one.
func (j *lintJob) openBaseline() (lint.Filter, error) {
	file := j.o.Baseline
	if j.lintRun.baseline != "" {
		data, err := load.ReadFile(j.lintRun.baseline, j.Stdin)
		if err != nil {
			return nil, loadError(err)
		}
		file = &load.BaselineFile{Name: diag.Visible(j.lintRun.baseline), Dir: absoluteDir(j.lintRun.baseline), Data: data}
	}
	if file == nil {
		return nil, nil
	}
	b, err := lint.ParseBaseline(file.Data)
	if err != nil {
		return nil, &exitError{code: exitUsage, text: file.Name + ":" + err.Error()}
	}
	j.known = &knownFindings{b, file}
	return b.Filter(relativeTo(file.Dir, j.o.Loaded)), nil
}

// knownFindings is a baseline in use.
type knownFindings struct {
	*lint.Baseline
	file *load.BaselineFile
}

// mostGone bounds what is listed of a baseline that has been worked off.
const mostGone = 10

// tellGone says which entries of the baseline the CONFIG no longer has.
func (j *lintJob) tellGone() {
	if j.known == nil || j.node != "" {
		return
	}
	path := relativeTo(j.known.file.Dir, j.o.Loaded)
	root := path(j.o.Prefix)
	gone := j.known.Gone(func(p string) bool {
		return root == "." || p == root || strings.HasPrefix(p, strings.TrimSuffix(root, "/")+"/")
	})
	if len(gone) == 0 {
		return
	}
	fmt.Fprintf(j.Stderr, "pvefw: note: %s lists %s no longer there; --write-baseline brings it up to date:\n", j.known.file.Name, thatAre(len(gone)))
	for i, id := range gone {
		if i == mostGone {
			fmt.Fprintf(j.Stderr, "  and %d more\n", len(gone)-i)
			break
		}
		fmt.Fprintf(j.Stderr, "  %s: %s: %s\n", diag.Visible(id.Path), diag.Visible(id.Code), diag.Visible(id.Text))
	}
}

func thatAre(n int) string {
	if n == 1 {
		return "1 finding that is"
	}
	return fmt.Sprintf("%d findings that are", n)
}

// baselineFound gathers what a baseline is to hold.
type baselineFound struct{ ids []lint.Identity }

func (b *baselineFound) add(loaded *load.Loaded, res *lint.Result, file string) {
	path := relativeTo(absoluteDir(file), loaded)
	for _, id := range res.Identities {
		if id.Path != "" {
			id.Path = path(id.Path)
		}
		b.ids = append(b.ids, id)
	}
}

// writeBaseline writes down what was found and says so.
func (r *lintRun) writeBaseline() error {
	b := lint.NewBaseline(r.found.ids)
	if err := overwrite(r.writeTo, b.Text()); err != nil {
		return err
	}
	fmt.Fprintf(r.Stderr, "pvefw: %s holds %s\n", diag.Visible(r.writeTo), count(b.Len(), "finding"))
	return nil
}

func absoluteDir(file string) string {
	abs, err := filepath.Abs(file)
	if err != nil {
		abs = file
	}
	return filepath.ToSlash(filepath.Dir(abs))
}
