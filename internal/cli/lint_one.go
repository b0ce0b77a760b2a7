package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/lint"
)

// lintJob is one CONFIG of a call of lint.
type lintJob struct {
	*lintRun
	path  string
	o     *opened
	book  *rulebook
	rules *ruleset
	opt   lint.Options
	known *knownFindings // the baseline; nil without one
	cache *resultCache   // nil without one
}

// one reads a CONFIG and judges it; with --fix it mends it as well.
func (r *lintRun) one(path string) error {
	opt := r.options(r.Streams)
	opt.StdinName, opt.Staged, opt.NoBaseline = r.stdinName, r.staged, r.baseline != "" || r.writeTo != ""
	o, err := openFiles(r.Streams, path, opt)
	if err != nil {
		return err
	}
	if o.Snapshot && r.fix {
		return usagef(r.cmd, "%s is a snapshot, which --fix cannot change", diag.Visible(path))
	}
	if o.FromGit && r.fix {
		return usagef(r.cmd, "%s is a git revision, which --fix cannot change", diag.Visible(path))
	}
	j := &lintJob{lintRun: r, path: path, o: o}
	res, err := j.result()
	if err == nil {
		r.failed = r.failed || slices.ContainsFunc(res.Findings, func(d diag.Diagnostic) bool { return d.Severity >= j.rules.failLevel() })
		r.report.add(j, &res)
	}
	return err
}

// result is what an earlier run has found, or else what this one finds.
func (j *lintJob) result() (lint.Result, error) {
	known := j.memory()
	if res, ok := known.recall(); ok {
		j.rules = j.ruleFlags.inForce(j.o.Settings, nil)
		return res, nil
	}
	if err := j.prepare(); err != nil {
		return lint.Result{}, err
	}
	defer j.progress("checking " + shownPath(j.path))()
	res, err := j.judge()
	if err == nil {
		known.keep(&res, j.o.config)
	}
	return res, err
}

// prepare gathers what is in force for the CONFIG.
func (j *lintJob) prepare() (err error) {
	set := j.o.Settings
	if j.lintRun.book == nil {
		if j.lintRun.book, err = openRulebook(); err != nil {
			return err
		}
	}
	if j.book, err = j.lintRun.book.with(j.Streams, &j.policyFlags, set.PolicyPaths()...); err != nil {
		return err
	}
	if !j.remembers() {
		j.cache = j.openCache(j.book.sources)
	}
	if j.rules, err = j.ruleFlags.rules(j.cmd, set, j.book); err != nil {
		return err
	}
	j.opt = j.rules.options(j.o.Loaded)
	j.opt.Ignores = j.ignoresOf(j)
	return j.filters()
}

// judge looks at the files, and with --fix mends them.
func (j *lintJob) judge() (lint.Result, error) {
	if j.fix {
		return j.mend(j.path, j.o, j.look)
	}
	view, err := j.look(j.o.Input)
	if err == nil && j.writeTo != "" {
		j.found.add(j.o.Loaded, &view.Result, j.writeTo)
	}
	if err == nil && j.writeTo == "" {
		j.tellGone()
	}
	return view.Result, err
}

func (j *lintJob) look(in config.Input) (lint.View, error) {
	j.expect(j.o.Loaded, keptLinted)
	j.o.resolve(in, lower.Reference)
	res, err := j.lint(j.o, in, j.opt)
	res.Files, res.Missing = j.o.Files, j.o.missing()
	return lint.View{Config: j.o.config, Result: res}, err
}

// lint judges o, which was resolved from files.
func (j *lintJob) lint(o *opened, files config.Input, opt lint.Options) (lint.Result, error) {
	in := lint.Input{Config: o.config, Policies: o.policies, Findings: o.found, Now: j.Now}
	judges := j.book.judges
	if !j.fix { // mending looks at texts that nobody will have again
		judges = j.cache.wrap(files, judges)
	}
	res, err := lint.Run(context.Background(), in, opt, judges...)
	return res, judgeError(err)
}

// earlier lints the CONFIG as it was where HEAD left a revision. A CONFIG that was
// not there had no findings.
func (j *lintJob) earlier() (*lint.Earlier, error) {
	if j.o.FromGit && !j.staged {
		return nil, usagef(j.cmd, "%s is a git revision; --new-from-rev goes with directories and files", diag.Visible(j.path))
	}
	opt := j.configFlags.options(j.Streams)
	opt.Since, opt.Use = j.since, j.o.Settings
	loaded, err := load.Load(j.path, opt)
	var e *load.Error
	if errors.As(err, &e) && e.Absent {
		fmt.Fprintf(j.Stderr, "pvefw: note: %s is not in revision %s: everything in it is new\n", shownPath(diag.Visible(j.path)), diag.Visible(j.since))
		return lint.NewEarlier(nil, lint.Result{}), nil
	}
	if err != nil {
		return nil, loadError(err)
	}
	defer j.progress("checking " + shownPath(j.path) + " of " + j.since)()
	old := &opened{Loaded: loaded}
	old.resolve(loaded.Input, lower.Reference)
	before := j.opt
	before.Known, before.Ignores = nil, before.Ignores.Clone()
	res, err := j.lint(old, loaded.Input, before)
	return lint.NewEarlier(old.config, res), err
}

// relativeTo turns names of a CONFIG's files into paths from a directory. What
// lies outside of it keeps its path inside the CONFIG.
func relativeTo(dir string, loaded *load.Loaded) func(name string) string {
	return func(name string) string {
		at := loaded.Path(name)
		rel, err := filepath.Rel(filepath.FromSlash(dir), filepath.FromSlash(at))
		if err == nil && filepath.IsLocal(rel) {
			return filepath.ToSlash(rel)
		}
		return loaded.Inner(name)
	}
}
