package cli

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/textdiff"
	"github.com/spf13/cobra"
)

const fmtLong = `Write firewall files in one form without changing what they mean: one blank line
around headers, Proxmox's own order and spelling of flags, values and trailing
comments below each other. Comments stay. Lines that Proxmox drops or complains
about stay exactly as they are; pvefw lint tells about them.

PATH is a .fw file, a CONFIG of which every .fw file is meant, or - for standard
input. The result goes to standard output, which works for one file only: for
several say -w, --check or --diff.

--canonical writes what Proxmox itself writes when somebody saves the file in
the web interface. Lines of comments and lines that Proxmox drops do not survive
that, so such a file is refused unless --drop-comments allows it.

--from-positional translates rules of the oldest form, TYPE ACTION IFACE SOURCE
DEST PROTO DPORT SPORT with - for any, before anything else.`

// fmtRun is one call of fmt.
type fmtRun struct {
	*Streams
	cmd                                          *cobra.Command
	write, check, diff                           bool
	canonical, dropComments, positional, refused bool
	stdinName                                    string
}

func fmtCommand(s *Streams) *cobra.Command {
	r := &fmtRun{Streams: s}
	r.cmd = &cobra.Command{
		Use:   "fmt [PATH...]",
		Short: "Write firewall files in one form, meaning unchanged",
		Long:  fmtLong,
		Example: `  pvefw fmt 100.fw
  pvefw fmt --check --diff configs/cluster-a
  pvefw fmt -w configs/cluster-a
  pvefw fmt --canonical --diff /etc/pve/firewall/cluster.fw
  pvefw fmt - --stdin-filename 100.fw < 100.fw`,
		RunE: func(_ *cobra.Command, args []string) error { return r.run(args) },
	}
	f := r.cmd.Flags()
	f.SortFlags = false
	f.BoolVarP(&r.write, "write", "w", false, "write changed files back and name them")
	f.BoolVar(&r.check, "check", false, "name the files that would change, and exit with 1 if there are any")
	f.BoolVar(&r.diff, "diff", false, "print what would change")
	f.BoolVar(&r.canonical, "canonical", false, "write what Proxmox writes when it saves the file")
	f.BoolVar(&r.dropComments, "drop-comments", false, "with --canonical: let go what Proxmox does not keep")
	f.BoolVar(&r.positional, "from-positional", false, "give rules of the oldest form their flags")
	f.StringVar(&r.stdinName, "stdin-filename", "", "the `NAME` of the text on standard input, when PATH is -")
	return r.cmd
}

func (r *fmtRun) run(args []string) error {
	if err := r.checkFlags(args); err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{""}
	}
	var files []fmtFile
	for _, path := range args {
		more, err := r.open(path)
		if err != nil {
			return err
		}
		for _, f := range more {
			same := func(g fmtFile) bool { return filepath.Clean(f.path) == filepath.Clean(g.path) }
			if !slices.ContainsFunc(files, same) {
				files = append(files, f)
			}
		}
	}
	if len(files) > 1 && !r.write && !r.check && !r.diff {
		return usagef(r.cmd, "there are %d files: say -w to write them, --check or --diff to look at them", len(files))
	}
	if r.refused {
		return findings()
	}
	return r.finish(files)
}

func (r *fmtRun) checkFlags(args []string) error {
	stdin := slices.Contains(args, "-")
	switch {
	case r.write && r.check:
		return usagef(r.cmd, "--check writes nothing; leave out --check or -w")
	case r.write && stdin:
		return usagef(r.cmd, "standard input cannot be written back; leave out -w")
	case stdin && len(args) > 1:
		return usagef(r.cmd, "standard input stands alone; format files in a call of their own")
	case r.stdinName != "" && !stdin:
		return usagef(r.cmd, "--stdin-filename goes with the PATH - (standard input)")
	case r.dropComments && !r.canonical:
		return usagef(r.cmd, "--drop-comments goes with --canonical; otherwise comments always stay")
	}
	return nil
}

// finish shows or writes what has been formatted.
func (r *fmtRun) finish(files []fmtFile) error {
	changed := false
	for _, f := range files {
		if !r.write && !r.check && !r.diff {
			r.writeText(string(f.new))
			continue
		}
		if string(f.old) == string(f.new) {
			continue
		}
		changed = true
		if r.diff {
			r.writeText(textdiff.Unified(f.path, f.path, string(f.old), string(f.new), 3))
		}
		if r.write {
			if err := replaceFile(f.path, f.root, f.old, f.new); err != nil {
				return err
			}
		}
		if !r.diff {
			fmt.Fprintln(r.Stdout, diag.Visible(f.path))
		}
	}
	if changed && r.check || slices.ContainsFunc(files, func(f fmtFile) bool { return f.unclear }) {
		return findings()
	}
	return nil
}
