package cli

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/spf13/cobra"
)

const lintLong = `Check firewall files: every line that Proxmox drops or misreads, every name that
leads nowhere, and what would lock you out, stays open, or has no effect.

Each finding says what happens because of it. All nodes are checked unless
--node names one. A trailing comment "# pvefw:ignore CODE reason" silences a
finding on its line; .pvefw.yaml silences more, see pvefw config schema. The
exit code is 1 when a finding reaches the fail level.

A CONFIG may be a git revision: REV, REV:PATH, or git:REV where a file has the
same name. --staged checks what is in git's index, as a commit hook wants it.
--new-from-rev and --baseline tell only what is new: since HEAD left a revision,
or since --write-baseline wrote down what was found. Both know a finding by what
its line says, so moving a line or formatting a file makes nothing new in a
baseline.

--format is for programs: json has everything; sarif, github (annotations, and a
job summary), gitlab (code quality), junit and checkstyle are for CI systems.

--fix makes the changes that are certain and touch no other line; --unsafe adds
those that somebody should look at, such as a line that comes to life again.
What was mended is listed on standard error.`

// lintRun is one call of lint.
type lintRun struct {
	*Streams
	configFlags
	policyFlags
	ruleFlags
	cmd                                *cobra.Command
	book                               *rulebook // nil until it is needed
	format, stdinName                  string
	baseline, writeTo, since           string
	staged, fix, unsafe, dryRun, stdin bool

	failed  bool           // a finding has reached the fail level of its CONFIG
	ignores []*usedIgnores // one per settings file
	found   baselineFound
	report  lintReport
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
  pvefw lint --format sarif > pvefw.sarif
  pvefw lint --fix --unsafe --dry-run configs/cluster-a
  pvefw lint --staged
  pvefw lint --new-from-rev origin/main configs/cluster-a
  pvefw lint v1.2:configs/cluster-a
  pvefw lint - --stdin-filename 100.fw < 100.fw`,
		RunE: func(_ *cobra.Command, args []string) error { return r.run(args) },
	}
	f := r.cmd.Flags()
	f.SortFlags = false
	r.configFlags.add(r.cmd)
	f.StringVar(&r.format, "format", "text", "`FORMAT`: "+strings.Join(lintFormatNames(), ", "))
	r.ruleFlags.add(r.cmd)
	f.StringVar(&r.baseline, "baseline", "", "do not tell what `FILE` lists (default: lint.baseline of the settings)")
	f.StringVar(&r.writeTo, "write-baseline", "", "list all findings in `FILE` and tell none")
	f.StringVar(&r.since, "new-from-rev", "", "tell only what is new since HEAD left `REV`, or stands in changed lines")
	f.BoolVar(&r.staged, "staged", false, "check git's index instead of the files on disk")
	r.policyFlags.add(r.cmd)
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
	r.report.paths, r.report.short = map[string]string{}, r.format == "text" || r.format == "json"
	for _, path := range args {
		if err := r.one(path); err != nil {
			return err
		}
	}
	if r.writeTo != "" {
		return r.writeBaseline()
	}
	r.complaints()
	r.report.finish()
	return r.write()
}

func (r *lintRun) check(args []string) error {
	if err := oneOf(r.cmd, "format", r.format, lintFormatNames(), nil); err != nil {
		return err
	}
	if err := r.ruleFlags.check(r.cmd); err != nil {
		return err
	}
	if err := r.policyFlags.check(r.cmd); err != nil {
		return err
	}
	n := slices.Index(args, "-")
	r.stdin = n >= 0
	switch {
	case r.stdinName != "" && !r.stdin:
		return usagef(r.cmd, "--stdin-filename goes with the CONFIG - (standard input)")
	case r.stdin && slices.Contains(args[n+1:], "-"):
		return usagef(r.cmd, "standard input can be read once only")
	}
	if err := r.checkGit(args); err != nil {
		return err
	}
	return r.checkFix(args)
}

// checkGit refuses flags about git and baselines that do not go together.
func (r *lintRun) checkGit(args []string) error {
	for flag, given := range map[string]bool{"new-from-rev": r.since == "", "baseline": r.baseline == "", "write-baseline": r.writeTo == ""} {
		if given && r.cmd.Flags().Changed(flag) {
			return usagef(r.cmd, "--%s takes a name, which is empty here", flag)
		}
	}
	switch {
	case r.staged && r.fix:
		return usagef(r.cmd, "--fix writes files on disk, but --staged looks at git's index; run pvefw lint --fix, then git add")
	case r.staged && r.stdin:
		return usagef(r.cmd, "--staged reads git's index, so standard input has no place in it")
	case r.since != "" && r.stdin:
		return usagef(r.cmd, "--new-from-rev compares files, so it cannot take standard input")
	case r.writeTo != "" && (r.fix || r.baseline != "" || r.since != ""):
		return usagef(r.cmd, "--write-baseline lists all findings; it does not go with --fix, --baseline or --new-from-rev")
	}
	if r.staged || r.since != "" {
		for _, path := range args {
			if _, is := load.ParseRevision(path); is && load.IsMarked(path) {
				return usagef(r.cmd, "%s is a revision; --staged and --new-from-rev go with directories and files", diag.Visible(path))
			}
		}
	}
	return nil
}
