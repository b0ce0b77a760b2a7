package cli

import (
	"io"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const completionLong = `Print the script that makes a shell complete the commands and flags of pvefw,
and the codes of findings: bash, zsh, fish or powershell. bash also needs the
package bash-completion. A new shell reads what lies at the place where it looks
for such scripts.`

const completionExample = `  source <(pvefw completion bash)
  pvefw completion bash > /etc/bash_completion.d/pvefw
  pvefw completion zsh > "${fpath[1]}/_pvefw"
  pvefw completion fish > ~/.config/fish/completions/pvefw.fish
  pvefw completion powershell | Out-String | Invoke-Expression`

// shells are those that there is a completion for.
var shells = []string{"bash", "zsh", "fish", "powershell"}

func completionCommand(s *Streams) *cobra.Command {
	return &cobra.Command{
		Use:       "completion SHELL",
		Short:     "Print what makes a shell complete pvefw's words",
		Long:      completionLong,
		Example:   completionExample,
		ValidArgs: shells,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef(cmd, "completion takes one SHELL: %s", strings.Join(shells, ", "))
			}
			if !slices.Contains(shells, args[0]) {
				return usagef(cmd, "there is no completion for \"%s\"; there is for %s", diag.Visible(args[0]), strings.Join(shells, ", "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return writeCompletion(cmd.Root(), s.Stdout, args[0]) },
	}
}

// offered are the words that flags take, for shells: by the name of the flag, or for those
// that take other words elsewhere by the command's and the flag's.
func offered() map[string][]string {
	semantics, formats := []string{"reference", "intended"}, []string{"text", "json"}
	return map[string][]string{
		"backend": {"nft", "iptables"}, "dialect": dialects, "fail-level": levels, "fail-on": {"wider", "narrower", "any"},
		"on-reboot": {"restore", "keep"}, "target": targets, "format": formats,
		"semantics": semantics, "semantics-old": semantics, "semantics-new": semantics,
		"lint --format": lintFormatNames(), "verify --format": {"text", "json", "junit"},
		"diff --format": {"text", "json", "markdown"}, "explain --format": {"text", "json", "markdown"}, "plan --format": {"text", "json", "markdown"},
	}
}

// offerWords makes shells complete the values of flags that take one of a few words.
func offerWords(cmd *cobra.Command, words map[string][]string) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		list, own := words[cmd.Name()+" --"+f.Name]
		if !own {
			list = words[f.Name]
		}
		if list != nil {
			_ = cmd.RegisterFlagCompletionFunc(f.Name, cobra.FixedCompletions(list, cobra.ShellCompDirectiveNoFileComp))
		}
	})
	for _, sub := range cmd.Commands() {
		offerWords(sub, words)
	}
}

func writeCompletion(root *cobra.Command, w io.Writer, shell string) error {
	switch shell {
	case "bash":
		return root.GenBashCompletionV2(w, true)
	case "zsh":
		return root.GenZshCompletion(w)
	case "fish":
		return root.GenFishCompletion(w, true)
	}
	return root.GenPowerShellCompletionWithDesc(w)
}
