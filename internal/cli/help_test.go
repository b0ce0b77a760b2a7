package cli

import (
	"bytes"
	"io"
	"regexp"
	"slices"
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

// TestShellsAreOfferedWhatFlagsTake asks each command that takes one of a few words for
// another one, and holds its complaint against what shells are offered.
func TestShellsAreOfferedWhatFlagsTake(t *testing.T) {
	complaint := regexp.MustCompile(`--([a-z-]+) takes ([a-z0-9, -]+), not "no-such-word"`)
	asked := 0
	for _, cmd := range allCommands(newRoot(&Streams{})) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			// Others name files, nodes or addresses, which the command would go on with.
			if name, _ := pflag.UnquoteUsage(f); !slices.Contains([]string{"FORMAT", "NAME", "TARGET", "SEVERITY", "DAEMON", "CLASS", "WHAT"}, name) {
				return
			}
			path := strings.Fields(cmd.CommandPath())[1:]
			args := append(slices.Clone(path), "--"+f.Name, "no-such-word")
			if cmd.Name() == "diff" {
				args = append(args, "old", "new")
			}
			said := complaint.FindStringSubmatch(stderrOf(args))
			if said == nil || said[1] != f.Name {
				return
			}
			asked++
			var out bytes.Buffer
			Main(append(append([]string{"__complete"}, path...), "--"+f.Name, ""), Streams{Stdout: &out, Stderr: io.Discard})
			offered, _, _ := strings.Cut(out.String(), "\n:")
			if got := strings.ReplaceAll(offered, "\n", ", "); got != said[2] {
				t.Errorf("%s --%s takes %s, and shells are offered %q", cmd.CommandPath(), f.Name, said[2], got)
			}
		})
	}
	if asked < 20 {
		t.Errorf("only %d flags complained", asked)
	}
}

func stderrOf(args []string) string {
	var said bytes.Buffer
	Main(args, Streams{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: &said})
	return said.String()
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
