package cli

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// helpWidth is what fits a terminal.
const helpWidth = 80

func TestHelpFitsATerminal(t *testing.T) {
	for _, cmd := range allCommands(newRoot(&Streams{})) {
		for line := range strings.Lines(cmd.Long) {
			if strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "    ") {
				t.Errorf("%s: a manual page fills lines that four blanks do not make a table: %s", cmd.CommandPath(), line)
			}
		}
		var page bytes.Buffer
		cmd.SetOut(&page)
		if err := cmd.Help(); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(page.String()) {
			if line = strings.TrimRight(line, "\n"); utf8.RuneCountInString(line) > helpWidth {
				t.Errorf("%s --help has a line of more than %d cells: %s", cmd.CommandPath(), helpWidth, line)
			}
		}
	}
}

func TestEveryCommandHasAnExampleAndNamesItsValues(t *testing.T) {
	for _, cmd := range allCommands(newRoot(&Streams{})) {
		if cmd.Runnable() && !strings.Contains(cmd.Example, "  "+cmd.CommandPath()) {
			t.Errorf("%s --help has no example of it", cmd.CommandPath())
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if name, _ := pflag.UnquoteUsage(f); f.Value.Type() != "bool" && !f.Hidden && !strings.Contains(f.Usage, "`"+name+"`") {
				t.Errorf("%s: --%s does not say what its value is called", cmd.CommandPath(), f.Name)
			}
		})
	}
}

// allCommands are cmd and all below it that people are told about.
func allCommands(cmd *cobra.Command) []*cobra.Command {
	list := []*cobra.Command{cmd}
	for _, sub := range cmd.Commands() {
		if !sub.Hidden {
			list = append(list, allCommands(sub)...)
		}
	}
	return list
}
