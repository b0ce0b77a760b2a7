package cli

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// yesFlag adds --yes.
func yesFlag(cmd *cobra.Command) *bool {
	return cmd.Flags().BoolP("yes", "y", false, "do not ask")
}

// agree asks a person whether to go on, unless yes. Where there is nobody to be asked,
// that is wrong usage.
func (s *Streams) agree(cmd *cobra.Command, yes bool, question string) error {
	if yes {
		return nil
	}
	if in, ok := s.Stdin.(*os.File); !ok || !term.IsTerminal(int(in.Fd())) {
		return usagef(cmd, "there is nobody to be asked; --yes goes on without")
	}
	fmt.Fprintf(s.Stderr, "%s [y/N] ", question)
	line, err := bufio.NewReader(s.Stdin).ReadString('\n')
	word := strings.ToLower(strings.TrimSpace(line))
	if err != nil || word != "y" && word != "yes" {
		return failf("nothing was done")
	}
	return nil
}
