package cli

import (
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/spf13/cobra"
)

// rootLong is what pvefw says about itself.
const rootLong = `pvefw reads the .fw files of the Proxmox VE firewall, says exactly what Proxmox
makes of them, turns them into what a kernel loads, and puts that in force, with
a plan before and a way back after.

A CONFIG is a directory laid out like /etc/pve, a flat directory (cluster.fw,
host.fw, <vmid>.fw, guest configs beside them), a single .fw file, or a
snapshot. Without one /etc/pve is read where it exists, else the current
directory.

Exit codes: 0 good; 1 findings, tests that do not hold, differences where one
asks for them, or a config that cannot be compiled; 2 wrong usage; 3 it could
not be done.`

// newRoot makes the tree of commands; a new command is one line here.
func newRoot(s *Streams) *cobra.Command {
	root := &cobra.Command{
		Use:                        "pvefw",
		Short:                      "Policy as code for the Proxmox VE firewall",
		Long:                       rootLong,
		Version:                    version(),
		SuggestionsMinimumDistance: 2,
		SilenceErrors:              true,
		SilenceUsage:               true,
		CompletionOptions:          cobra.CompletionOptions{DisableDefaultCmd: true},
		Args:                       knownCommand,
		RunE:                       func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		Example: `  pvefw lint /etc/pve
  pvefw simulate --to vm100 --dport 22
  pvefw diff main HEAD
  pvefw apply --confirm-within 2m`,
	}
	root.SetOut(s.Stdout)
	root.SetErr(s.Stderr)
	root.SetVersionTemplate("pvefw {{.Version}}\n")
	root.SetFlagErrorFunc(flagFault)
	root.SetUsageTemplate(usageTemplate(root))
	root.SetHelpCommand(helpCommand())
	group(root, "Files, on any machine:",
		lintCommand(s), fmtCommand(s), compileCommand(s), simulateCommand(s), diffCommand(s), verifyCommand(s), explainCommand(s))
	group(root, "The rules of a node:",
		planCommand(s), driftCommand(s), applyCommand(s), confirmCommand(s), rollbackCommand(s),
		startCommand(s), stopCommand(s), restartCommand(s), updateCommand(s), statusCommand(s), localnetCommand(s), superviseCommand(s))
	group(root, "Around it:",
		snapshotCommand(s), policyCommand(s), configCommand(s), lspCommand(s), completionCommand(s), manCommand(), versionCommand(s))
	root.SetHelpCommandGroupID("Around it:")
	offerWords(root, offered())
	return root
}

// group adds commands that the help lists together.
func group(root *cobra.Command, title string, commands ...*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: title, Title: title})
	for _, c := range commands {
		c.GroupID = title
	}
	root.AddCommand(commands...)
}

// usageTemplate is cobra's, with flags in lines that fit a terminal.
func usageTemplate(root *cobra.Command) string {
	return strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages ", ".FlagUsagesWrapped 80 ")
}

// knownCommand refuses words that name no command.
func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	text := "there is no command \"" + diag.Visible(args[0]) + "\""
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		text += "; did you mean " + strings.Join(near, " or ") + "?"
	}
	return usagef(cmd, "%s", text)
}

// helpCommand shows the help of a command; cobra's own one takes any word.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show the help of a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return knownCommand(cmd.Root(), args)
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

// atMost limits the arguments of a command.
func atMost(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > n && n == 0 {
			return usagef(cmd, "%s takes no arguments; \"%s\" is too much", cmd.Name(), diag.Visible(args[0]))
		}
		if len(args) > n {
			return usagef(cmd, "%s takes one %s at most; \"%s\" is too much", cmd.Name(), what, diag.Visible(args[n]))
		}
		return nil
	}
}

// first returns the first argument, or nothing.
func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}
