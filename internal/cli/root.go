package cli

import (
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/spf13/cobra"
)

// rootLong is what pvefw says about itself.
const rootLong = `pvefw reads the .fw files of the Proxmox VE firewall, says exactly what Proxmox
makes of them, and turns them into the texts that the kernel's tools load.

A CONFIG is a directory laid out like /etc/pve, a flat directory (cluster.fw,
host.fw, <vmid>.fw, guest configs beside them), a single .fw file, or a snapshot.
Without one /etc/pve is read where it exists, else the current directory.

Exit codes: 0 good; 1 findings, or a config that cannot be compiled; 2 wrong
usage; 3 it could not be done.`

// newRoot makes the tree of commands; a new command is one line here.
func newRoot(s *Streams) *cobra.Command {
	root := &cobra.Command{
		Use:                        "pvefw",
		Short:                      "Compiler, linter and simulator for the Proxmox VE firewall",
		Long:                       rootLong,
		Version:                    version(),
		SuggestionsMinimumDistance: 2,
		SilenceErrors:              true,
		SilenceUsage:               true,
		Args:                       knownCommand,
		RunE:                       func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		Example: `  pvefw lint /etc/pve
  pvefw simulate --from outside --to vm100 --dport 22
  pvefw compile --target iptables --out build`,
	}
	root.SetOut(s.Stdout)
	root.SetErr(s.Stderr)
	root.SetVersionTemplate("pvefw {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usagef(cmd, "%s", plain(err)) })
	root.SetHelpCommand(helpCommand())
	root.AddCommand(
		lintCommand(s), fmtCommand(s), compileCommand(s), simulateCommand(s), diffCommand(s), verifyCommand(s), explainCommand(s),
		planCommand(s), driftCommand(s), applyCommand(s), confirmCommand(s), rollbackCommand(s),
		startCommand(s), stopCommand(s), restartCommand(s), updateCommand(s), statusCommand(s), localnetCommand(s), superviseCommand(s),
		snapshotCommand(s), policyCommand(s), configCommand(s), lspCommand(s), manCommand(), versionCommand(s),
	)
	root.InitDefaultCompletionCmd("completion")
	refuseUnknownShell(root)
	return root
}

// refuseUnknownShell makes a shell that cobra has no completion for wrong usage;
// cobra itself only shows its help.
func refuseUnknownShell(root *cobra.Command) {
	cmd, _, err := root.Find([]string{"completion"})
	if err != nil || cmd == root {
		return
	}
	cmd.Example = "  pvefw completion bash > /etc/bash_completion.d/pvefw"
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		return usagef(cmd, "there is no completion for \"%s\"; there is for bash, fish, powershell and zsh", diag.Visible(args[0]))
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
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
			return usagef(cmd, "%s takes no arguments; \"%s\" is too much", cmd.CommandPath(), diag.Visible(args[0]))
		}
		if len(args) > n {
			return usagef(cmd, "%s takes one %s at most; \"%s\" is too much", cmd.CommandPath(), what, diag.Visible(args[n]))
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
