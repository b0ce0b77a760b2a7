package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/lint"
	"github.com/spf13/cobra"
)

const lintLong = `Check firewall files: every line that Proxmox drops or misreads, every name that
leads nowhere, and what would lock you out, stays open, or has no effect.

Each finding says what happens because of it. All nodes are checked unless --node
names one. A trailing comment "# pvefw:ignore CODE reason" silences a finding on
its line. The exit code is 1 when a finding reaches the fail level.

--fix makes the changes that are certain and touch no other line; --unsafe adds
those that somebody should look at, such as a line that comes to life again.
What was mended is listed on standard error.`

// lintRun is one call of lint.
type lintRun struct {
	*Streams
	configFlags
	cmd                                   *cobra.Command
	format, failLevel, dialect, stdinName string
	enable, disable                       []string
	fix, unsafe, dryRun, stdin            bool
}

func lintCommand(s *Streams) *cobra.Command {
	r := &lintRun{Streams: s}
	r.cmd = &cobra.Command{
		Use:   "lint [CONFIG...]",
		Short: "Find what Proxmox drops, misreads, or leaves open",
		Long:  lintLong,
		Example: `  pvefw lint
  pvefw lint --fail-level warning /etc/pve
  pvefw lint --format json configs/cluster-a configs/cluster-b
  pvefw lint --fix --unsafe --dry-run configs/cluster-a
  pvefw lint - --stdin-filename 100.fw < 100.fw`,
		RunE: func(_ *cobra.Command, args []string) error { return r.run(args) },
	}
	r.add(r.cmd)
	f := r.cmd.Flags()
	f.SortFlags = false
	f.StringVar(&r.format, "format", "text", "`FORMAT`: text or json")
	f.StringVar(&r.failLevel, "fail-level", "error", "exit with 1 from this `SEVERITY` on: error, warning or info")
	f.StringVar(&r.dialect, "dialect", "both", "whose reading counts, `DAEMON`: pve-firewall, proxmox-firewall or both")
	f.StringSliceVar(&r.enable, "enable", nil, "tell findings of `CODE` although the settings disable them")
	f.StringSliceVar(&r.disable, "disable", nil, "do not tell findings of `CODE`")
	f.BoolVar(&r.fix, "fix", false, "mend what can be mended safely, and judge what remains")
	f.BoolVar(&r.unsafe, "unsafe", false, "with --fix: also make the changes that somebody should look at")
	f.BoolVar(&r.dryRun, "dry-run", false, "with --fix: write nothing, print what would change")
	f.StringVar(&r.stdinName, "stdin-filename", "", "the `NAME` of the text on standard input, when CONFIG is -")
	return r.cmd
}

func (r *lintRun) run(args []string) error {
	if err := r.check(args); err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{""}
	}
	book, err := openRulebook()
	if err != nil {
		return err
	}
	var found diag.List
	var sum diag.Summary
	for _, path := range args {
		res, err := r.one(path, book)
		if err != nil {
			return err
		}
		found = append(found, res.Findings...)
		sum.Files += res.Files
		sum.Ignored += res.Ignored
		sum.MissingFacts = append(sum.MissingFacts, res.Missing...)
	}
	sum.MissingFacts = unique(sum.MissingFacts)
	sum.Error, sum.Warning, sum.Info = found.Count(diag.Error), found.Count(diag.Warning), found.Count(diag.Info)
	return r.write(found, sum)
}

func (r *lintRun) check(args []string) error {
	if err := oneOf(r.cmd, "format", r.format, []string{"text", "json"},
		[]string{"sarif", "junit", "github", "gitlab", "checkstyle"}); err != nil {
		return err
	}
	if err := oneOf(r.cmd, "fail-level", r.failLevel, []string{"error", "warning", "info"}, nil); err != nil {
		return err
	}
	if err := oneOf(r.cmd, "dialect", r.dialect, []string{"pve-firewall", "proxmox-firewall", "both"}, nil); err != nil {
		return err
	}
	switch n := slices.Index(args, "-"); {
	case r.stdinName != "" && n < 0:
		return usagef(r.cmd, "--stdin-filename goes with the CONFIG - (standard input)")
	case n >= 0 && slices.Contains(args[n+1:], "-"):
		return usagef(r.cmd, "standard input can be read once only")
	}
	if err := r.checkFix(args); err != nil {
		return err
	}
	for _, code := range r.enable {
		if slices.Contains(r.disable, code) {
			return usagef(r.cmd, "%s is both enabled and disabled", diag.Visible(code))
		}
	}
	return nil
}

// one reads a CONFIG and judges it; with --fix it mends it as well.
func (r *lintRun) one(path string, book *rulebook) (lint.Result, error) {
	opt := r.options(r.Streams)
	opt.StdinName = r.stdinName
	o, err := openFiles(r.Streams, path, opt)
	if err != nil {
		return lint.Result{}, err
	}
	options, err := r.rules(o.Settings, book)
	if err != nil {
		return lint.Result{}, err
	}
	defer r.progress("checking " + shownPath(path))()
	look := func(in config.Input) (lint.View, error) {
		o.resolve(in, lower.Reference)
		res, err := lint.Run(context.Background(), lint.Input{Config: o.config, Policies: o.policies, Findings: o.found}, options, book.judges...)
		res.Files, res.Missing = o.Files, o.missing()
		if err != nil {
			err = failf("%s", plain(err))
		}
		return lint.View{Config: o.config, Result: res}, err
	}
	if r.fix {
		return r.mend(path, o, look)
	}
	view, err := look(o.Input)
	return view.Result, err
}

// rules merges the settings and the flags; flags win.
func (r *lintRun) rules(set *load.Settings, book *rulebook) (lint.Options, error) {
	opt := lint.Options{Catalog: book.rules, Severity: map[string]diag.Severity{}}
	for _, c := range slices.Concat(set.Lint.Disable, set.Lint.Enable, severities(set.Lint.Severity)) {
		if book.rule(c.Text) == nil {
			return opt, &exitError{code: exitUsage, text: c.Place + ": " + book.unknown(c.Text)}
		}
	}
	for _, code := range slices.Concat(r.enable, r.disable) {
		if book.rule(code) == nil {
			return opt, usagef(r.cmd, "%s", book.unknown(code))
		}
	}
	for _, c := range set.Lint.Severity {
		opt.Severity[c.Code.Text] = c.Severity
	}
	opt.Enable, opt.Disable = r.choose(set)
	if r.dialect == "pve-firewall" {
		opt.Disable = append(opt.Disable, book.portability()...)
	}
	return opt, nil
}

func (r *lintRun) choose(set *load.Settings) (enable, disable []string) {
	for _, w := range set.Lint.Enable {
		if !slices.Contains(r.disable, w.Text) {
			enable = append(enable, w.Text)
		}
	}
	for _, w := range set.Lint.Disable {
		disable = append(disable, w.Text)
	}
	return append(enable, r.enable...), append(disable, r.disable...)
}

func severities(list []load.CodeSeverity) []load.Word {
	var words []load.Word
	for _, c := range list {
		words = append(words, c.Code)
	}
	return words
}

// write shows the findings where there is room for them: --dry-run and standard
// input give standard output to the files.
func (r *lintRun) write(found diag.List, sum diag.Summary) error {
	out, opt := r.Stdout, diag.TextOptions{Color: r.Color, Width: r.Width, Summary: &sum}
	if r.fix && (r.dryRun || r.stdin) {
		out, opt.Color, opt.Width = r.Stderr, false, 0
	}
	var err error
	if r.format == "json" {
		err = diag.WriteJSON(out, found, sum)
	} else {
		err = diag.WriteText(out, found, opt)
	}
	if err != nil {
		return fmt.Errorf("cannot write the findings: %w", err)
	}
	level := map[string]diag.Severity{"error": diag.Error, "warning": diag.Warning, "info": diag.Info}[r.failLevel]
	if slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return d.Severity >= level }) {
		return findings()
	}
	return nil
}
